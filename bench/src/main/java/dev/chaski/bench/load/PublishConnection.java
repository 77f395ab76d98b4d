package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Publishes over the NSQ protocol. Confined to its loop once registered. */
final class PublishConnection extends NsqConnection {
    private final Sender sender;
    private final Goal ready;

    PublishConnection(NetLoop loop, SocketChannel channel, Sender sender, Goal ready) {
        super(loop, channel, Hello.PUBLISHER.json());
        this.sender = sender;
        this.ready = ready;
        register();
    }

    @Override
    String label() {
        return "publishing connection";
    }

    @Override
    void identified() {
        ready.add(1);
    }

    @Override
    void ok() throws IOException {
        sender.answered(nowNs);
    }

    @Override
    void walked() throws IOException {
        sender.fill(nowNs);
        flush();
    }

    @Override
    boolean write() throws IOException {
        return super.write() && sender.write(channel);
    }

    @Override
    public void message(ByteBuffer buffer, int position, int frameBytes) throws IOException {
        throw new IOException("the server sent a message to a connection that did not subscribe");
    }
}
