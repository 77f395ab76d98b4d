package dev.chaski.bus.http;

import dev.chaski.registry.Node;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts a message to a node. Any thread. */
final class Poster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poster.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    /** Then the node is asked again, and answers when the handler is done: it knows what it is handling. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    /** Nobody answers with more than an error. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    /** What became of it, and in how many milliseconds it should come again. */
    record Outcome(Kind kind, long delayMs) {
        enum Kind {
            DONE,
            AGAIN,
            GONE,
            UNREACHABLE
        }
    }

    private final HttpClient client;

    Poster(@Nullable SSLContext sslContext) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        client = (sslContext == null ? builder : builder.sslContext(sslContext)).build();
    }

    /**
     * Waits for what becomes of it.
     *
     * @param delivery the same for the same message to the same target, each time
     */
    Outcome post(Node node, String delivery, byte[] body) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create((Records.isSecure(node) ? "https://" : "http://")
                            + node.address() + "/?id=" + URLEncoder.encode(node.id(), StandardCharsets.UTF_8)))
                    .timeout(ANSWER_LIMIT)
                    .header("Content-Type", "application/json")
                    .header(HttpFormat.SETTLE, delivery)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            return outcome(client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX)));
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("node not reached node={} address={} error=\"{}\"", node.id(), node.address(), e.toString());
            return new Outcome(Outcome.Kind.UNREACHABLE, 0);
        }
    }

    private static Outcome outcome(HttpResponse<byte[]> response) {
        return switch (response.statusCode()) {
            case HttpFormat.DONE -> new Outcome(Outcome.Kind.DONE, 0);
            case HttpFormat.GONE -> new Outcome(Outcome.Kind.GONE, 0);
            case HttpFormat.AGAIN ->
                new Outcome(
                        Outcome.Kind.AGAIN,
                        Math.max(
                                0,
                                response.headers()
                                        .firstValueAsLong(HttpFormat.RETRY_AFTER_MS)
                                        .orElse(1_000)));
            default -> new Outcome(Outcome.Kind.UNREACHABLE, 0);
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
