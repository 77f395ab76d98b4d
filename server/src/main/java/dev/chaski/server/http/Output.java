package dev.chaski.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is to be sent to a client, so that a turn's answers go out in one write. Confined to the connection's
 * loop.
 */
final class Output {
    private static final int BYTES_INITIAL = 512;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Channel channel;
    private final HttpLoop home;
    private @Nullable ByteBuf buffer;
    private boolean isFlushDue;

    Output(Channel channel, HttpLoop home) {
        this.channel = channel;
        this.home = home;
    }

    /** The answer that nearly all publishes get. */
    void plainOk() {
        bytes(home.ok());
    }

    /** Tells a client that its request's body may come. */
    void goOn() {
        bytes(CONTINUE);
    }

    private void bytes(byte[] bytes) {
        buffer().writeBytes(bytes);
        flushSoon();
    }

    /** The answer of an exchange, whose pieces are taken over. */
    void answer(Exchange exchange) {
        Answer answer = exchange.answer();
        answer.encode(buffer(), exchange.isHttp10(), exchange.connectionHeader(), home.date(), !exchange.isHead());
        if (exchange.isHead()) {
            answer.release();
        } else if (answer.pieces() != null) {
            pieces(answer.pieces());
        }
        flushSoon();
    }

    private void pieces(List<ByteBuf> pieces) {
        pass();
        for (ByteBuf piece : pieces) {
            channel.write(piece, channel.voidPromise());
        }
    }

    private ByteBuf buffer() {
        ByteBuf open = buffer;
        if (open == null) {
            open = channel.alloc().directBuffer(BYTES_INITIAL);
            buffer = open;
        }
        return open;
    }

    private void flushSoon() {
        if (!isFlushDue) {
            isFlushDue = true;
            home.flushSoon(this);
        }
    }

    /** Sends what was written in this turn. */
    void flush() {
        isFlushDue = false;
        pass();
        channel.flush();
    }

    private void pass() {
        ByteBuf full = buffer;
        buffer = null;
        if (full != null) {
            channel.write(full, channel.voidPromise());
        }
    }

    /** Forgets what was not sent. */
    void release() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
