package dev.chaski.server.nsq;

import dev.chaski.server.auth.AuthQuestion;
import dev.chaski.server.auth.AuthServers;
import dev.chaski.server.auth.Authorization;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client may do, as the authorization server has it. Confined to the connection's loop, but for
 * {@link #authorization}.
 */
final class Authorizing {
    private static final Logger LOG = LoggerFactory.getLogger(Authorizing.class);

    private final Connection client;
    private final @Nullable AuthServers servers;
    private volatile @Nullable Authorization authorization;
    private String secret = "";
    /** The last topic that publishing to was allowed, and by which authorization. */
    private String allowedTopic = "";

    private @Nullable Authorization allowedBy;

    Authorizing(Connection client) {
        this.client = client;
        servers = client.door().config().auth();
    }

    /** The last answer of the server, or null. Any thread. */
    @Nullable
    Authorization authorization() {
        return authorization;
    }

    boolean isEnabled() {
        return servers != null;
    }

    boolean auth(Line line, int lineBytes) throws Refusal {
        if (client.consuming().isSubscribed()) {
            throw Refusal.invalid("cannot AUTH in current state");
        }
        if (line.count() != 1) {
            throw Refusal.invalid("AUTH invalid number of parameters");
        }
        byte[] body = Bodies.read(client, "AUTH", lineBytes);
        if (body.length == 0 || client.mustWaitForAnswers()) {
            return false;
        }
        if (hasGrants()) {
            throw Refusal.invalid("AUTH already set");
        }
        if (servers == null) {
            throw Refusal.of("E_AUTH_DISABLED", "AUTH disabled");
        }
        client.input().consume(lineBytes + Integer.BYTES + body.length);
        secret = new String(body, StandardCharsets.UTF_8);
        ask(servers, this::welcome);
        return true;
    }

    private void welcome() {
        Authorization granted = authorization;
        if (granted == null || granted.grantCount() == 0) {
            client.fail("E_UNAUTHORIZED AUTH no authorizations found");
            return;
        }
        client.output().response(Replies.authorized(granted));
    }

    private boolean hasGrants() {
        Authorization known = authorization;
        return known != null && known.grantCount() > 0;
    }

    /** Whether publishing is allowed; false where the server has to be asked again first. */
    boolean mayPublish(String verb, String topic) throws Refusal {
        if (servers == null) {
            return true;
        }
        Authorization valid = valid(servers, verb);
        if (valid == null) {
            return false;
        }
        if (valid == allowedBy && topic.equals(allowedTopic)) {
            return true;
        }
        if (!valid.mayPublish(topic)) {
            throw unauthorized(verb, topic, "");
        }
        allowedBy = valid;
        allowedTopic = topic;
        return true;
    }

    /** Whether subscribing is allowed; false where the server has to be asked again first. */
    boolean maySubscribe(String topic, String channel) throws Refusal {
        if (servers == null) {
            return true;
        }
        Authorization valid = valid(servers, "SUB");
        if (valid == null) {
            return false;
        }
        if (!valid.maySubscribe(topic, channel)) {
            throw unauthorized("SUB", topic, channel);
        }
        return true;
    }

    private @Nullable Authorization valid(AuthServers asked, String verb) throws Refusal {
        Authorization known = authorization;
        if (known == null || known.grantCount() == 0) {
            throw Refusal.of("E_AUTH_FIRST", "AUTH required before " + verb);
        }
        if (known.isExpired(asked.nowNs())) {
            ask(asked, () -> {});
            return null;
        }
        return known;
    }

    private void ask(AuthServers asked, Runnable then) {
        client.gate().close(ReadGate.AUTHORIZATION);
        AuthQuestion question = new AuthQuestion(
                client.remoteIp(),
                client.negotiation().isEncrypted(),
                secret,
                client.negotiation().commonName());
        asked.ask(question)
                .whenComplete((answer, failure) -> client.home().loop().execute(() -> {
                    client.gate().open(ReadGate.AUTHORIZATION);
                    if (failure != null) {
                        // The client is not told: it is a stranger as yet.
                        LOG.warn(
                                "authorization failed client={} error=\"{}\"", client.remoteAddress(), reason(failure));
                        client.fail("E_AUTH_FAILED AUTH failed");
                    } else {
                        authorization = answer;
                        then.run();
                    }
                    client.execute();
                }));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private static Refusal unauthorized(String verb, String topic, String channel) {
        return Refusal.of("E_UNAUTHORIZED", "AUTH failed for " + verb + " on \"" + topic + "\" \"" + channel + "\"");
    }
}
