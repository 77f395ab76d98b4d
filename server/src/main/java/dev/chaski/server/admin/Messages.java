package dev.chaski.server.admin;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Loop;
import dev.chaski.engine.PeekQuery;
import dev.chaski.engine.PublishListener;
import dev.chaski.engine.Publisher;
import dev.chaski.engine.SeenMessage;
import dev.chaski.engine.Topic;
import dev.chaski.server.admin.Views.MessageView;
import dev.chaski.server.admin.Views.MessagesPage;
import dev.chaski.server.admin.Views.Published;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.http.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Shows messages without consuming them, and publishes one. Any thread but an event loop. */
final class Messages {
    static final int BODY_BYTES = 4_096;
    static final int BODY_BYTES_MAX = 1 << 20;

    private static final int LIMIT = 20;
    private static final int LIMIT_MAX = 200;
    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PUBLISH_TIMEOUT_S = 30;
    /** Bytes at the end of a cut text that may be the beginning of a character. */
    private static final int CUT_BYTES_MAX = 3;

    private final AdminServices services;
    private final Actions actions;
    private final long maxDeferMs;

    Messages(AdminServices services, Actions actions, long maxDeferMs) {
        this.services = services;
        this.actions = actions;
        this.maxDeferMs = maxDeferMs;
    }

    private enum StateFilter {
        ANY,
        WAITING,
        IN_FLIGHT,
        DEFERRED;

        SeenMessage.@Nullable State only() {
            return this == ANY ? null : SeenMessage.State.valueOf(name());
        }
    }

    /** What a channel has, as it is. */
    MessagesPage peek(Request request) throws ApiException, BrokerException, InterruptedException {
        Topic topic = topic(request);
        String name = Params.channel(request);
        Channel channel = topic.findChannel(name);
        if (channel == null) {
            throw ApiException.notFound("CHANNEL_NOT_FOUND", "topic " + topic.name() + " has no channel " + name);
        }
        int limit = Params.number(request, "limit", LIMIT, 1, LIMIT_MAX);
        int bodyBytes = bodyBytes(request);
        SeenMessage.State only = Params.word(request, "state", StateFilter.ANY).only();
        List<SeenMessage> messages = channel.peek(new PeekQuery(limit, bodyBytes, only));
        return new MessagesPage(messages.stream().map(Messages::view).toList());
    }

    /** Most bytes of each body. */
    static int bodyBytes(Request request) throws ApiException {
        return Params.number(request, "body_bytes", BODY_BYTES, 0, BODY_BYTES_MAX);
    }

    /** The topic in the path, of this node. */
    Topic topic(Request request) throws ApiException {
        String name = Params.topic(request);
        Topic topic = services.broker().findTopic(name);
        if (topic == null) {
            throw ApiException.notFound("TOPIC_NOT_FOUND", "there is no topic " + name + " on this node");
        }
        return topic;
    }

    static MessageView view(SeenMessage message) {
        byte[] body = message.body();
        boolean isCut = body.length < message.sizeBytes();
        String text = text(body, isCut);
        return new MessageView(
                message.id(),
                message.publishedNs() / NS_PER_MS,
                message.attempts(),
                message.state().name().toLowerCase(Locale.ROOT),
                message.dueMs() == 0 ? null : message.dueMs(),
                message.sizeBytes(),
                text == null ? Base64.getEncoder().encodeToString(body) : text,
                text == null ? "base64" : "utf8",
                isCut);
    }

    /** As text, where it is; a character that was cut is left out. */
    private static @Nullable String text(byte[] body, boolean isCut) {
        int shortest = isCut ? Math.max(0, body.length - CUT_BYTES_MAX) : body.length;
        for (int length = body.length; length >= shortest; length--) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(body, 0, length))
                        .toString();
            } catch (CharacterCodingException e) {
                // Perhaps a character less.
            }
        }
        return null;
    }

    /** Publishes the body as one message. */
    Published publish(Request request) throws Exception {
        String name = request.parameter("topic");
        return actions.audited(request, Audit.Act.here("message.publish", name, ""), () -> {
            Params.topic(name);
            int deferMs = Params.number(request, "defer_ms", 0, 0, (int) Math.min(Integer.MAX_VALUE, maxDeferMs));
            if (request.bytes().length == 0) {
                throw ApiException.badRequest("MSG_EMPTY", "a message has at least one byte");
            }
            publish(services.broker().topic(name), request.bytes(), deferMs);
            return new Published(request.bytes().length);
        });
    }

    private void publish(Topic topic, byte[] body, int deferMs)
            throws ApiException, BrokerException, InterruptedException {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        Loop loop = services.loops().all().getFirst();
        loop.execute(() -> {
            Publisher publisher = services.broker().publisher(loop);
            ByteBuffer source = ByteBuffer.allocateDirect(body.length).put(body);
            publisher.stage(topic, source, 0, body.length, deferMs);
            publisher.answer(topic, new Outcome(stored));
        });
        try {
            stored.get(PUBLISH_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ApiException(503, "TIMEOUT", "the message was not stored within " + PUBLISH_TIMEOUT_S + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private record Outcome(CompletableFuture<Void> stored) implements PublishListener {
        @Override
        public void published(int publishes) {
            stored.complete(null);
        }

        @Override
        public void refused(int publishes, BrokerException why) {
            stored.completeExceptionally(why);
        }
    }
}
