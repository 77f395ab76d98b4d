package dev.chaski.server.lookup;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.loops.BodyMemory;
import dev.chaski.server.loops.Door;
import dev.chaski.server.loops.Loops;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;

/** The lookup TCP door: what its connections share. Any thread. */
public final class LookupDoor extends Door<LookupConnection> {
    /** Commands are short, and the loops have messages to carry: a client that sends many is read a little at a time. */
    private static final int READ_BYTES_MAX = 4 << 10;

    private final LookupDoorConfig config;
    private final Directory directory;
    private final BodyMemory bodyMemory;

    private LookupDoor(LookupDoorConfig config, Directory directory, Loops loops) {
        super(loops, new Terms("lookup", config.address(), config.connectionCountMax(), READ_BYTES_MAX));
        this.config = config;
        this.directory = directory;
        bodyMemory = loops.bodyMemory();
    }

    /**
     * Starts to listen.
     *
     * @param config where, and how patient it is
     * @param directory told of who registers
     * @param loops where connections live
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static LookupDoor open(LookupDoorConfig config, Directory directory, Loops loops) throws IOException {
        LookupDoor door = new LookupDoor(config, directory, loops);
        door.listen();
        return door;
    }

    @Override
    protected LookupConnection connection(SocketChannel channel) {
        return new LookupConnection(this, channel);
    }

    LookupDoorConfig config() {
        return config;
    }

    Directory directory() {
        return directory;
    }

    BodyMemory bodyMemory() {
        return bodyMemory;
    }
}
