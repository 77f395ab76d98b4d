package dev.chaski.server.http;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Topic;
import dev.chaski.server.http.Endpoint.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connection has done on a virtual thread, because it blocks or writes to the disk: one thing at a time, which
 * nothing of the connection passes. Confined to the connection's loop.
 */
final class Errands {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

    private final HttpConnection connection;
    private boolean isUnderWay;

    Errands(HttpConnection connection) {
        this.connection = connection;
    }

    /** What goes on when a topic was made. */
    interface Created {
        /** The topic, or null where the connection is gone or the request was refused. On the loop. */
        void with(@Nullable Topic topic);
    }

    boolean isUnderWay() {
        return isUnderWay;
    }

    private boolean isWanted() {
        return connection.channel().isActive();
    }

    /** Answers a request. */
    void answer(Exchange exchange, Endpoint.Handler handler, Request request) {
        isUnderWay = true;
        Thread.startVirtualThread(() -> {
            Answer answer = answer(handler, request);
            connection.home().loop().execute(() -> {
                isUnderWay = false;
                if (isWanted()) {
                    exchange.complete(answer);
                } else {
                    answer.release();
                }
            });
        });
    }

    private static Answer answer(Endpoint.Handler handler, Request request) {
        try {
            return handler.answer(request);
        } catch (Refused e) {
            return e.answer();
        } catch (BrokerException e) {
            return TopicEndpoints.refusal(e);
        } catch (Exception e) {
            LOG.error("a request failed", e);
            return Answer.internalError();
        }
    }

    /** Makes a topic. */
    void create(Exchange exchange, String name, Created then) {
        isUnderWay = true;
        Thread.startVirtualThread(() -> {
            Topic made = null;
            Answer failure = null;
            try {
                made = connection.door().broker().topic(name);
            } catch (BrokerException e) {
                failure = TopicEndpoints.refusal(e);
            } catch (RuntimeException e) {
                LOG.error("topic cannot be created topic={}", name, e);
                failure = Answer.internalError();
            }
            Topic topic = made;
            Answer refusal = failure;
            connection.home().loop().execute(() -> created(exchange, topic, refusal, then));
        });
    }

    private void created(Exchange exchange, @Nullable Topic topic, @Nullable Answer refusal, Created then) {
        isUnderWay = false;
        then.with(isWanted() ? topic : null);
        if (refusal != null && isWanted()) {
            exchange.complete(refusal);
        }
        connection.intake().resume();
    }
}
