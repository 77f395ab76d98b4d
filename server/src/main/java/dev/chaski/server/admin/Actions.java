package dev.chaski.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import dev.chaski.server.admin.Cluster.Answer;
import dev.chaski.server.admin.Cluster.Peer;
import dev.chaski.server.admin.Views.Done;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.http.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes, deletes, pauses and empties topics and channels, here, at the other nodes of the scope and at the lookups, as
 * nsqadmin does. Each is written to the audit log. Any thread but an event loop.
 */
final class Actions {
    /** How long a change here may take: longer than any disk that still works. */
    private static final long CHANGE_TIMEOUT_S = 30;

    private static final int NOT_FOUND = 404;

    private final Guard guard;
    private final Audit audit;
    private final OwnNode own;
    private final Cluster cluster;
    private final AdminConfig config;

    /** Stands on the parts of {@link AdminParts}. */
    Actions(AdminParts parts) {
        guard = parts.guard();
        audit = parts.services().audit();
        own = parts.own();
        cluster = parts.cluster();
        config = parts.config();
    }

    /** What is to be done to a topic, or to a channel of it. */
    enum Verb {
        CREATE,
        DELETE,
        PAUSE,
        UNPAUSE,
        EMPTY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether lookups are told as well. */
        boolean isForLookups() {
            return this == CREATE || this == DELETE;
        }
    }

    /** The names of what is to be changed; of a channel none where it is the topic. */
    private record Target(String topic, @Nullable String channel) {
        String kind() {
            return channel == null ? "topic" : "channel";
        }

        String query() {
            String topicQuery = "?topic=" + NodeClient.escaped(topic);
            return channel == null ? topicQuery : topicQuery + "&channel=" + NodeClient.escaped(channel);
        }
    }

    private record NewTopic(
            @Nullable String topic, @Nullable String channel) {}

    /** Makes a topic, and a channel of it where one is named. */
    Done create(Request request) throws Exception {
        NewTopic asked;
        try {
            asked = Json.MAPPER.readValue(request.bytes(), NewTopic.class);
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("INVALID_REQUEST", "the body has to be {\"topic\":...,\"channel\":...}");
        }
        String topic = asked.topic() == null ? "" : asked.topic();
        String channel = asked.channel() == null || asked.channel().isEmpty() ? null : asked.channel();
        return noted(request, Verb.CREATE, new Target(topic, channel));
    }

    Done topic(Request request, Verb verb) throws Exception {
        return noted(request, verb, new Target(request.parameter("topic"), null));
    }

    Done channel(Request request, Verb verb) throws Exception {
        return noted(request, verb, new Target(request.parameter("topic"), request.parameter("channel")));
    }

    private Done noted(Request request, Verb verb, Target target) throws Exception {
        String action = target.kind() + "." + verb.word();
        String channel = target.channel() == null ? "" : target.channel();
        String node = Params.text(request, "node", "all");
        return audited(request, new Audit.Act(action, target.topic(), channel, node), () -> {
            Params.topic(target.topic());
            if (target.channel() != null) {
                Params.channel(target.channel());
            }
            return run(Scope.of(node, own.key()), verb, target);
        });
    }

    /** Something that changes something. */
    interface Change<T> {
        T run() throws Exception;
    }

    /** Does what its author may do, and writes down what became of it. */
    <T> T audited(Request request, Audit.Act act, Change<T> change) throws Exception {
        String outcome = "INTERNAL_ERROR";
        try {
            guard.check(request);
            T done = change.run();
            outcome = Audit.OK;
            return done;
        } catch (ApiException e) {
            outcome = e.code();
            throw e;
        } catch (BrokerException e) {
            outcome = ApiException.of(e).code();
            throw e;
        } finally {
            audit.note(new Audit.Actor(guard.user(request), request.remote()), act, outcome);
        }
    }

    private Done run(Scope scope, Verb verb, Target target) throws ApiException, BrokerException, InterruptedException {
        List<String> done = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        // Whom to tell is asked before the lookups forget it.
        List<Peer> others = others(scope, verb, target);
        if (scope.kind() == Scope.Kind.ALL && verb.isForLookups()) {
            tellLookups(verb, target, warnings);
        }
        ApiException missing = null;
        if (scope.hasSelf()) {
            missing = here(verb, target);
            if (missing == null) {
                done.add(own.key());
            }
        }
        tellNodes(others, verb, target, done, warnings);
        cluster.forget();
        if (done.isEmpty() && missing != null) {
            throw missing;
        }
        if (done.isEmpty() && !warnings.isEmpty()) {
            throw new ApiException(502, "NODES_FAILED", String.join("; ", warnings));
        }
        return new Done(done, warnings);
    }

    /** Others make what they are sent messages for; so everywhere else a new topic is one that lookups tell of. */
    private List<Peer> others(Scope scope, Verb verb, Target target) throws ApiException, InterruptedException {
        List<Peer> peers = cluster.others(scope, own.key());
        if (scope.kind() != Scope.Kind.ALL) {
            return peers;
        }
        boolean isNewTopic = verb == Verb.CREATE && target.channel() == null;
        return peers.stream()
                .filter(peer -> !isNewTopic && peer.topics.contains(target.topic()))
                .toList();
    }

    private void tellLookups(Verb verb, Target target, List<String> warnings) throws InterruptedException {
        List<String> paths = new ArrayList<>();
        if (verb == Verb.CREATE && target.channel() != null) {
            paths.add("/topic/create" + new Target(target.topic(), null).query());
        }
        paths.add("/" + target.kind() + "/" + verb.word() + target.query());
        for (String path : paths) {
            for (Answer<Boolean> answer : cluster.all(config.lookups().get(), lookup -> post(lookup, path))) {
                if (answer.error() != null && answer.status() != NOT_FOUND) {
                    warnings.add("lookup " + answer.node() + ": " + answer.error());
                }
            }
        }
    }

    private boolean post(String node, String path) throws IOException, InterruptedException {
        cluster.client().post(node, path, new byte[0]);
        return true;
    }

    private void tellNodes(List<Peer> peers, Verb verb, Target target, List<String> done, List<String> warnings)
            throws InterruptedException {
        String path = "/" + target.kind() + "/" + verb.word() + target.query();
        List<String> nodes = peers.stream().map(peer -> peer.node).toList();
        for (Answer<Boolean> answer : cluster.all(nodes, node -> post(node, path))) {
            if (answer.error() == null) {
                done.add(answer.node());
            } else if (answer.status() != NOT_FOUND) {
                warnings.add("node " + answer.node() + ": " + answer.error());
            }
        }
    }

    /** Does it here; tells, and does not throw, that there is nothing to do it to. */
    private @Nullable ApiException here(Verb verb, Target target)
            throws ApiException, BrokerException, InterruptedException {
        if (verb == Verb.CREATE) {
            Topic topic = own.broker().topic(target.topic());
            if (target.channel() != null) {
                topic.channel(target.channel());
            }
            return null;
        }
        Topic topic = own.broker().findTopic(target.topic());
        if (topic == null) {
            return ApiException.notFound("TOPIC_NOT_FOUND", "there is no topic " + target.topic());
        }
        if (target.channel() == null) {
            await(change(topic, verb));
            return null;
        }
        Channel channel = topic.findChannel(target.channel());
        if (channel == null) {
            return ApiException.notFound(
                    "CHANNEL_NOT_FOUND", "topic " + target.topic() + " has no channel " + target.channel());
        }
        await(change(channel, verb));
        return null;
    }

    private CompletableFuture<Void> change(Topic topic, Verb verb) {
        return switch (verb) {
            case CREATE -> CompletableFuture.completedFuture(null);
            case DELETE -> own.broker().deleteTopic(topic.name());
            case PAUSE -> topic.pause(true);
            case UNPAUSE -> topic.pause(false);
            case EMPTY -> topic.empty();
        };
    }

    private static CompletableFuture<Void> change(Channel channel, Verb verb) {
        return switch (verb) {
            case CREATE -> CompletableFuture.completedFuture(null);
            case DELETE -> channel.topic().deleteChannel(channel.name());
            case PAUSE -> channel.pause(true);
            case UNPAUSE -> channel.pause(false);
            case EMPTY -> channel.empty();
        };
    }

    private static void await(CompletableFuture<Void> change)
            throws ApiException, BrokerException, InterruptedException {
        try {
            change.get(CHANGE_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ApiException(503, "TIMEOUT", "the change takes longer than " + CHANGE_TIMEOUT_S + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Tells the lookups to send no more consumers to a topic of a node for a while. */
    Done tombstone(Request request) throws Exception {
        String node = request.parameter("node");
        String topic = request.parameter("topic");
        return audited(request, new Audit.Act("topic.tombstone", topic, "", node), () -> {
            Params.topic(topic);
            if (!cluster.find().peers().containsKey(node)) {
                throw ApiException.notFound("NODE_NOT_FOUND", "no lookup knows a node " + node);
            }
            return tombstone(node, topic);
        });
    }

    private Done tombstone(String node, String topic) throws ApiException, InterruptedException {
        String path = "/topic/tombstone?topic=" + NodeClient.escaped(topic) + "&node=" + NodeClient.escaped(node);
        List<String> done = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (Answer<Boolean> answer : cluster.all(config.lookups().get(), lookup -> post(lookup, path))) {
            if (answer.error() == null) {
                done.add(answer.node());
            } else {
                warnings.add("lookup " + answer.node() + ": " + answer.error());
            }
        }
        cluster.forget();
        if (done.isEmpty()) {
            throw new ApiException(502, "LOOKUPS_FAILED", String.join("; ", warnings));
        }
        return new Done(done, warnings);
    }
}
