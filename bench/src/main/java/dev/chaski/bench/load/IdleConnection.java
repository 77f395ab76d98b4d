package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Greets, answers heartbeats, and does nothing else. Confined to its loop. */
public final class IdleConnection extends NsqConnection {
    private final Goal ready;

    /**
     * A connection.
     *
     * @param loop its loop
     * @param channel connected
     * @param hello what to say of itself
     * @param ready counts connections that were greeted back
     */
    public IdleConnection(NetLoop loop, SocketChannel channel, Hello hello, Goal ready) {
        super(loop, channel, hello.json());
        this.ready = ready;
    }

    /** Greets. Any thread, once. */
    public void open() {
        register();
    }

    @Override
    String label() {
        return "idle connection";
    }

    @Override
    void identified() {
        ready.add(1);
    }

    @Override
    void ok() throws IOException {
        throw new IOException("the server sent an answer that nothing was asked for");
    }

    @Override
    void walked() {}

    @Override
    public void message(ByteBuffer buffer, int position, int frameBytes) throws IOException {
        throw new IOException("the server sent a message to a connection that did not subscribe");
    }
}
