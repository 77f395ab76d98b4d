package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A broker's HTTP API as a test uses it. Any thread. */
final class HttpDoor {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String base;

    HttpDoor(InetSocketAddress address) {
        base = "http://127.0.0.1:" + address.getPort();
    }

    /** A status and a body. */
    record Answer(int status, String body) {}

    String base() {
        return base;
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer post(String path) throws IOException, InterruptedException {
        return post(path, new byte[0]);
    }

    Answer post(String path, String body) throws IOException, InterruptedException {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    Answer post(String path, byte[] body) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer put(String path, String body) throws IOException, InterruptedException {
        return send(request(path).PUT(BodyPublishers.ofString(body)));
    }

    /** Any request; the body is Latin-1. */
    Answer send(String method, String path, String body) throws IOException, InterruptedException {
        String escaped = path.replace("*", "%2A");
        var publisher = body.isEmpty()
                ? BodyPublishers.noBody()
                : BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.ISO_8859_1));
        return send(request(escaped).method(method, publisher));
    }

    /** Posts and expects that it worked. */
    void must(String path) throws IOException, InterruptedException {
        assertThat(post(path)).as("POST %s", path).extracting(Answer::status).isEqualTo(200);
    }

    /** The figures of a channel, or null where there is no such channel. */
    JsonNode channel(String topic, String channel) throws IOException, InterruptedException {
        JsonNode node = topic(topic);
        if (node != null) {
            for (JsonNode each : node.path("channels")) {
                if (each.path("channel_name").asText().equals(channel)) {
                    return each;
                }
            }
        }
        return null;
    }

    /** The figures of a topic, or null where there is no such topic. */
    JsonNode topic(String topic) throws IOException, InterruptedException {
        for (JsonNode each : JSON.readTree(get("/stats?format=json").body()).path("topics")) {
            if (each.path("topic_name").asText().equals(topic)) {
                return each;
            }
        }
        return null;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = CLIENT.send(request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }
}
