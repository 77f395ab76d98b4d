package dev.chaski.server.http;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that a connection is sent once its answer has begun; nothing else comes after them. Confined to the
 * connection's loop; who makes the events runs on a virtual thread of its own.
 */
final class Streaming {
    private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

    private final HttpConnection connection;
    private @Nullable EventStream stream;

    Streaming(HttpConnection connection) {
        this.connection = connection;
    }

    boolean isUnderWay() {
        return stream != null;
    }

    /** Starts to send; the head of the answer is written. */
    void begin(Answer.Stream source) {
        EventStream begun = new EventStream(connection.channel());
        stream = begun;
        connection.intake().ignoreInput();
        connection.intake().updateReading();
        Thread.ofVirtual().name("chaski-events").start(() -> run(source, begun));
    }

    private void run(Answer.Stream source, EventStream to) {
        try {
            source.run(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!to.isClosed()) {
                LOG.warn(
                        "events end client={} error=\"{}\"",
                        connection.channel().remoteAddress(),
                        e.toString());
            }
        } finally {
            end(to);
        }
    }

    private void end(EventStream of) {
        try {
            if (!of.isClosed()) {
                connection.home().loop().execute(() -> connection.ending().end());
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("the loops were closed before the events ended");
        }
    }

    /** The channel is closed. */
    void closed() {
        EventStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
