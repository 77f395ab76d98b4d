package dev.chaski.server.nsq;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Door;
import dev.chaski.server.loops.Loops;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;

/** The NSQ TCP door: what its connections share. Any thread. */
public final class NsqDoor extends Door<Connection> {
    private static final int READ_BYTES_MAX = 128 << 10;
    private static final long MS_PER_SECOND = 1000;

    private final NsqDoorConfig config;
    private final Broker broker;
    private final Loops loops;
    private final Clients clients;
    private final IdentityHashMap<Loop, DoorLoop> doorLoops = new IdentityHashMap<>();

    private NsqDoor(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) {
        super(loops, new Terms("NSQ", config.address(), config.limits().connectionCountMax(), READ_BYTES_MAX));
        this.config = config;
        this.broker = broker;
        this.loops = loops;
        this.clients = clients;
        Deletions deletions = new Deletions();
        broker.listen(deletions);
        for (Loop loop : loops.all()) {
            CompletableFuture<DoorLoop> made = CompletableFuture.supplyAsync(() -> doorLoop(loop, deletions), loop);
            doorLoops.put(loop, made.join());
        }
    }

    /**
     * Starts to listen.
     *
     * @param config where, and what is offered
     * @param broker where messages go to and come from
     * @param loops those that the broker was opened with
     * @param clients told who is connected
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static NsqDoor open(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) throws IOException {
        NsqDoor door = new NsqDoor(config, broker, loops, clients);
        door.listen();
        return door;
    }

    private DoorLoop doorLoop(Loop loop, Deletions deletions) {
        Topics topics = new Topics(broker, deletions);
        return new DoorLoop(loop, broker.publisher(loop), topics, new Clockwork(loop, System::nanoTime));
    }

    @Override
    protected Connection connection(SocketChannel channel) {
        return new Connection(this, channel, loop(loops.of(channel.eventLoop())));
    }

    NsqDoorConfig config() {
        return config;
    }

    Broker broker() {
        return broker;
    }

    Loops loops() {
        return loops;
    }

    Clients clients() {
        return clients;
    }

    DoorLoop loop(Loop loop) {
        DoorLoop found = doorLoops.get(loop);
        if (found == null) {
            throw new IllegalArgumentException("not a loop that the door was opened with");
        }
        return found;
    }

    long nowSeconds() {
        return System.currentTimeMillis() / MS_PER_SECOND;
    }

    @Override
    public void gone(Connection connection) {
        clients.remove(connection);
        super.gone(connection);
    }
}
