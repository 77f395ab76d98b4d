package dev.chaski.server.http;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/**
 * Takes a connection's requests when their turn has come, and stops reading while it has not. Confined to the
 * connection's loop.
 *
 * <p>Publishes may be unanswered while further ones are taken. Everything else waits until all before it is answered,
 * and lets nothing pass.
 */
final class Intake {
    private final HttpConnection connection;
    private final SocketChannel channel;
    private final RequestReader reader;
    private final RequestDecoder decoder;
    /** What came before its turn, oldest first: the rest of what was being decoded when that was found, so a few parts. */
    private final ArrayDeque<HttpObject> held = new ArrayDeque<>();

    private boolean isTaking;
    private boolean ignoresInput;

    Intake(HttpConnection connection) {
        this.connection = connection;
        channel = connection.channel();
        reader = new RequestReader(connection);
        decoder = new RequestDecoder(connection.door().limits(), this::mayDecode);
    }

    /** What makes requests of the bytes that come. */
    RequestDecoder decoder() {
        return decoder;
    }

    /** Whether nothing waits for its turn. */
    boolean isEmpty() {
        return held.isEmpty() && !decoder.isHoldingBack();
    }

    /** Whether a request has begun and it is the client that has to go on. */
    boolean isReceiving() {
        return !decoder.isHoldingBack() && (reader.isReading() || decoder.holdsPart());
    }

    /** Whether a request has begun and is not yet whole. */
    boolean isReading() {
        return reader.isReading();
    }

    /** Bytes of the present request's body so far. */
    long bodyBytes() {
        return reader.bodyBytes();
    }

    /** Nothing of what comes from now on is a request. */
    void ignoreInput() {
        ignoresInput = true;
    }

    /** Nothing of what comes from now on is a request, though the client may well be sending. */
    void abandonInput() {
        ignoresInput = true;
        connection.ending().lingerThen();
    }

    /** Takes the next part or keeps it until its turn has come, and releases it. */
    void add(HttpObject part) {
        if (connection.ending().isUnderWay() || ignoresInput) {
            ReferenceCountUtil.release(part);
        } else if (held.isEmpty() && !isTaking && mayTake()) {
            isTaking = true;
            boolean isTaken = reader.take(part);
            isTaking = false;
            if (!isTaken) {
                held.add(part);
            }
        } else {
            held.add(part);
        }
        if (!mayDecode()) {
            // Now and not at the end of the turn, which would read on until then.
            updateReading();
        }
    }

    /** What nobody wants any more is decoded too: to be dropped. */
    private boolean mayDecode() {
        return connection.ending().isUnderWay() || ignoresInput || held.isEmpty() && mayTake();
    }

    private boolean mayTake() {
        return !connection.errands().isUnderWay() && !connection.answers().isFull() && channel.isWritable();
    }

    /** Something was answered: what had to wait for it goes on. */
    void resumeIfHeldUp() {
        if (!isEmpty() || connection.ending().isInputOver() || !channel.config().isAutoRead()) {
            resume();
        }
    }

    /** Takes what may be taken now. */
    void resume() {
        if (isTaking || connection.ending().isUnderWay()) {
            return;
        }
        isTaking = true;
        HttpObject next = mayTake() ? held.poll() : null;
        while (next != null) {
            if (ignoresInput) {
                ReferenceCountUtil.release(next);
            } else if (!reader.take(next)) {
                held.addFirst(next);
                break;
            }
            next = mayTake() ? held.poll() : null;
        }
        isTaking = false;
        decodeOn();
        updateReading();
        connection.ending().endIfOver();
    }

    private void decodeOn() {
        if (decoder.isHoldingBack() && mayDecode()) {
            try {
                decoder.goOn();
            } catch (Exception e) {
                channel.pipeline().context(decoder).fireExceptionCaught(e);
            }
        }
    }

    /** Reads on, or no more, as the turn of what comes next says. */
    void updateReading() {
        boolean wants =
                connection.ending().isUnderWay() || connection.streaming().isUnderWay() || held.isEmpty() && mayTake();
        // Where the client has ended its side there is nothing to read, and epoll no longer knows the socket.
        if (channel.config().isAutoRead() != wants && !channel.isInputShutdown()) {
            channel.config().setAutoRead(wants);
        }
    }

    /** Forgets what was not taken. */
    void release() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        reader.release();
    }
}
