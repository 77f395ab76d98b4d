package dev.chaski.bench.load;

import dev.chaski.bench.load.BenchException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One socket to the server. Confined to its loop once it is registered. */
abstract class Connection {
    final NetLoop loop;
    final SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean writeWanted;

    Connection(NetLoop loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    /** Hands the connection over to its loop. Any thread, once. */
    void register() {
        loop.execute(() -> attempt(() -> {
            channel.configureBlocking(false);
            key = channel.register(loop.selector(), SelectionKey.OP_READ, this);
            opened();
        }));
    }

    /** The connection belongs to the loop now: say hello. */
    abstract void opened() throws IOException;

    /** Bytes have arrived: from the buffer's position to its limit. The buffer is the loop's. */
    abstract void received(ByteBuffer buffer) throws IOException;

    /** Writes what waits to be written, as far as the socket takes it; returns true when nothing is left. */
    abstract boolean write() throws IOException;

    /** The name that errors give it. */
    abstract String label();

    final void flush() throws IOException {
        wantWrite(!write());
    }

    final void ready(SelectionKey selected) {
        try {
            if (selected.isReadable()) {
                read();
            }
            if (selected.isValid() && selected.isWritable()) {
                flush();
            }
        } catch (IOException | BenchException e) {
            fail(e);
        }
    }

    private void read() throws IOException {
        ByteBuffer buffer = loop.readBuffer().clear();
        int count = channel.read(buffer);
        if (count < 0) {
            throw new IOException("the server closed the connection");
        }
        received(buffer.flip());
    }

    private void wantWrite(boolean wanted) {
        if (wanted != writeWanted && key != null && key.isValid()) {
            writeWanted = wanted;
            key.interestOps(wanted ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    /** Something that a connection does on its loop, of its own accord. */
    interface Action {
        void run() throws IOException;
    }

    /** Does something, and fails the connection where it fails. On the loop. */
    final void attempt(Action action) {
        try {
            action.run();
        } catch (IOException | BenchException e) {
            fail(e);
        }
    }

    private void fail(Exception e) {
        close();
        loop.trouble()
                .report(
                        e instanceof BenchException known
                                ? known
                                : new BenchException(Kind.FAILED, label() + ": " + e.getMessage()));
    }

    final void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
