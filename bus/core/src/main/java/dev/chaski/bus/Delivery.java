package dev.chaski.bus;

import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One delivery of a message: runs its handler and sees to it that its settlement is told once. Any thread. */
final class Delivery implements Event {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final String topic;
    private final Message message;
    private final SubscribeOptions options;
    private final Link.Settlement settlement;
    private final AtomicBoolean isSettled = new AtomicBoolean();
    private volatile @Nullable Exception failure;

    Delivery(String topic, Message message, SubscribeOptions options, Link.Settlement settlement) {
        this.topic = topic;
        this.message = message;
        this.options = options;
        this.settlement = settlement;
    }

    void run(Handler handler, Handler errorHandler) {
        Future<?> deadline = Timers.after(options.ackTimeout().toMillis(), this::expire);
        try {
            call(handler);
            if (options.isAutoAck()) {
                ack();
            }
        } catch (Exception e) {
            fail(e, errorHandler);
        } catch (Error e) {
            // One message is not to end its subscription, whatever its handler ran into.
            fail(new BusException("the handler ended with " + e, e), errorHandler);
        } finally {
            if (isSettled.get()) {
                deadline.cancel(false);
            }
        }
    }

    /** The thread is its plug-in's, which would take an interrupt that a handler left there for its own end. */
    private void call(Handler handler) throws Exception {
        try {
            handler.handle(this);
        } finally {
            Thread.interrupted();
        }
    }

    private void fail(Exception e, Handler errorHandler) {
        failure = e;
        try {
            call(errorHandler);
        } catch (Exception | Error inHandler) {
            LOG.error("error handler failed topic={}; the message comes again", topic, inHandler);
        }
        requeue();
    }

    private void expire() {
        if (isSettled.compareAndSet(false, true)) {
            LOG.warn(
                    "not acknowledged in time topic={} timeoutMs={}; the message comes again",
                    topic,
                    options.ackTimeout().toMillis());
            tellRequeue(0);
        }
    }

    @Override
    public boolean ack() {
        boolean isFirst = isSettled.compareAndSet(false, true);
        if (isFirst) {
            settlement.ack();
        }
        return isFirst;
    }

    @Override
    public boolean requeue() {
        boolean isFirst = isSettled.compareAndSet(false, true);
        if (isFirst) {
            tellRequeue(options.redeliveryDelay().toMillis());
        }
        return isFirst;
    }

    private void tellRequeue(long delayMs) {
        try {
            settlement.requeue(delayMs);
        } catch (RuntimeException e) {
            // Whoever carries it redelivers what is not settled, when the connection is seen to be gone.
            LOG.warn("message not given back topic={} error=\"{}\"", topic, e.toString());
        }
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public Optional<Exception> error() {
        return Optional.ofNullable(failure);
    }
}
