package dev.chaski.server.http;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A connection's answers, in the order of its requests. Confined to the connection's loop. */
final class Answers {
    /** Publishes that may be unanswered before no more are taken, and the bytes of their bodies. */
    private static final int UNANSWERED_COUNT_MAX = 1024;

    private static final int UNANSWERED_BYTES_MAX = 8 << 20;

    private final HttpConnection connection;
    private final HttpDoor door;
    private final Output output;
    private final ArrayDeque<Exchange> unanswered = new ArrayDeque<>();
    private @Nullable Exchange spare;
    private int unansweredBytes;

    Answers(HttpConnection connection) {
        this.connection = connection;
        door = connection.door();
        output = connection.output();
    }

    /** Whether everything taken is answered. */
    boolean isEmpty() {
        return unanswered.isEmpty();
    }

    /** Whether so much is unanswered that nothing more may be taken. */
    boolean isFull() {
        return unanswered.size() >= UNANSWERED_COUNT_MAX || unansweredBytes >= UNANSWERED_BYTES_MAX;
    }

    /** An exchange for a request that begins. */
    Exchange exchange(boolean isHttp10, boolean isHead, boolean closes) {
        Exchange exchange = spare == null ? new Exchange(this) : spare;
        spare = null;
        exchange.reset(isHttp10, isHead, closes);
        return exchange;
    }

    /** Gives an exchange its place among the answers; the bytes of its body count until it is answered. */
    void await(Exchange exchange, int bodyBytes) {
        exchange.bodyBytes(bodyBytes);
        unansweredBytes += bodyBytes;
        unanswered.add(exchange);
    }

    /** Writes the answers that are ready and not behind one that is not. */
    void settle() {
        Exchange next = unanswered.peek();
        while (next != null && next.isDone() && !connection.ending().isUnderWay()) {
            unanswered.poll();
            unansweredBytes -= next.bodyBytes();
            write(next);
            spare = next;
            next = unanswered.peek();
        }
        connection.intake().resumeIfHeldUp();
    }

    private void write(Exchange exchange) {
        if (exchange.isPlainOk() && !door.isDraining()) {
            output.plainOk();
            return;
        }
        if (door.isDraining() && !connection.isAtWork()) {
            exchange.close();
        }
        output.answer(exchange);
        Answer.Stream stream = exchange.isHead() ? null : exchange.answer().stream();
        if (stream != null) {
            connection.streaming().begin(stream);
        } else if (exchange.closes()) {
            connection.ending().end();
        }
    }

    /** Forgets what nobody is told any more. */
    void release() {
        for (Exchange exchange : unanswered) {
            if (exchange.isDone()) {
                exchange.answer().release();
            }
        }
        unanswered.clear();
    }
}
