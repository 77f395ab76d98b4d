package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.http.Endpoint.Refused;
import dev.chaski.wire.Names;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes, deletes, empties and pauses topics and channels. Any thread but an event loop. */
final class TopicEndpoints {
    /** How long a change may take: longer than any disk that still works. */
    private static final long CHANGE_TIMEOUT_S = 30;

    private static final int NOT_FOUND = 404;

    private final Broker broker;
    private final Audit audit;

    TopicEndpoints(Broker broker, Audit audit) {
        this.broker = broker;
        this.audit = audit;
    }

    void addTo(Router router) {
        topic(router, "create", request -> broker.topic(validTopic(request)));
        topic(
                router,
                "delete",
                request -> await(broker.deleteTopic(topic(anyTopic(request)).name())));
        topic(router, "empty", request -> await(topic(validTopic(request)).empty()));
        topic(router, "pause", request -> await(topic(anyTopic(request)).pause(true)));
        topic(router, "unpause", request -> await(topic(anyTopic(request)).pause(false)));
        channel(router, "create", names -> names.topic().channel(names.channel()));
        channel(
                router,
                "delete",
                names -> await(names.topic().deleteChannel(found(names).name())));
        channel(router, "empty", names -> await(found(names).empty()));
        channel(router, "pause", names -> await(found(names).pause(true)));
        channel(router, "unpause", names -> await(found(names).pause(false)));
    }

    private interface TopicAction {
        void run(Request request) throws Exception;
    }

    private interface ChannelAction {
        void run(Named names) throws Exception;
    }

    private record Named(Topic topic, String channel) {}

    private void topic(Router router, String name, TopicAction action) {
        router.add("POST", "/topic/" + name, new Endpoint(Endpoint.Kind.BODYLESS, request -> {
            noted("topic." + name, request, () -> action.run(request));
            return Answer.nsqNothing();
        }));
    }

    private void channel(Router router, String name, ChannelAction action) {
        router.add("POST", "/channel/" + name, new Endpoint(Endpoint.Kind.BODYLESS, request -> {
            noted("channel." + name, request, () -> action.run(named(request)));
            return Answer.nsqNothing();
        }));
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Does something, and writes down that it was done or why not. */
    private void noted(String action, Request request, Step step) throws Exception {
        String outcome = "INTERNAL_ERROR";
        try {
            step.run();
            outcome = Audit.OK;
        } catch (Refused e) {
            outcome = e.answer().code();
            throw e;
        } catch (BrokerException e) {
            outcome = e.reason().name();
            throw e;
        } finally {
            audit.note(
                    new Audit.Actor(request.header(audit.userHeader()), request.remote()),
                    Audit.Act.here(action, named(request, "topic"), named(request, "channel")),
                    outcome);
        }
    }

    private static String named(Request request, String name) {
        String value = request.query().isValid() ? request.query().get(name) : null;
        return value == null ? "" : value;
    }

    private static String anyTopic(Request request) throws Refused {
        if (!request.query().isValid()) {
            throw new Refused(Answer.badRequest("INVALID_REQUEST"));
        }
        return required(request, "topic", "MISSING_ARG_TOPIC");
    }

    private static String validTopic(Request request) throws Refused {
        return valid(anyTopic(request), "INVALID_TOPIC");
    }

    private Named named(Request request) throws Refused {
        String topic = valid(anyTopic(request), "INVALID_ARG_TOPIC");
        String channel = valid(required(request, "channel", "MISSING_ARG_CHANNEL"), "INVALID_ARG_CHANNEL");
        return new Named(topic(topic), channel);
    }

    private static String required(Request request, String name, String code) throws Refused {
        String value = request.query().get(name);
        if (value == null) {
            throw new Refused(Answer.badRequest(code));
        }
        return value;
    }

    private static String valid(String name, String code) throws Refused {
        if (!Names.isValid(name)) {
            throw new Refused(Answer.badRequest(code));
        }
        return name;
    }

    private Topic topic(String name) throws Refused {
        Topic topic = broker.findTopic(name);
        if (topic == null) {
            throw new Refused(Answer.error(NOT_FOUND, "Not Found", "TOPIC_NOT_FOUND"));
        }
        return topic;
    }

    private static Channel found(Named names) throws Refused {
        Channel channel = names.topic().findChannel(names.channel());
        if (channel == null) {
            throw new Refused(Answer.error(NOT_FOUND, "Not Found", "CHANNEL_NOT_FOUND"));
        }
        return channel;
    }

    private static void await(CompletableFuture<Void> change)
            throws BrokerException, InterruptedException, TimeoutException {
        try {
            change.get(CHANGE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The answer to what the engine refused. */
    static Answer refusal(BrokerException why) {
        return switch (why.reason()) {
            case BAD_TOPIC -> Answer.badRequest("INVALID_TOPIC");
            case BAD_CHANNEL -> Answer.badRequest("INVALID_CHANNEL");
            case TOPIC_NOT_FOUND -> Answer.error(NOT_FOUND, "Not Found", "TOPIC_NOT_FOUND");
            case CHANNEL_NOT_FOUND -> Answer.error(NOT_FOUND, "Not Found", "CHANNEL_NOT_FOUND");
            case LIMIT -> unavailable("LIMIT_REACHED");
            case DISK_FULL -> unavailable("DISK_FULL");
            case DISK_FAILED -> unavailable("DISK_FAILED");
            case DELETED, EXITING -> unavailable("EXITING");
        };
    }

    private static Answer unavailable(String code) {
        return Answer.error(503, "Service Unavailable", code);
    }
}
