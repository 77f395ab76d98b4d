package dev.chaski.registry.lookup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Asks a lookupd over HTTP which channels a topic has elsewhere. Any thread. */
final class ChannelQuery implements AutoCloseable {
    /** Enough for tens of thousands of names. */
    private static final long ANSWER_BYTES_MAX = 4 << 20;

    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final Duration answerLimit;

    ChannelQuery(LookupLimits limits) {
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(limits.connectMs()))
                .build();
        answerLimit = Duration.ofMillis(limits.answerMs());
    }

    /** Names of the channels that outlive their consumers; fails where the lookupd does not answer properly. */
    CompletableFuture<List<String>> ask(InetSocketAddress lookupd, String topic) {
        String host = lookupd.getHostString();
        String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + lookupd.getPort();
        URI uri = URI.create(
                "http://" + authority + "/channels?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8));
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(answerLimit).GET().build();
        return client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX))
                .thenApply(ChannelQuery::channels);
    }

    private static List<String> channels(HttpResponse<byte[]> response) {
        try {
            if (response.statusCode() != OK) {
                throw new IOException("status " + response.statusCode());
            }
            JsonNode root = JSON.readTree(response.body());
            // Lookupds before 1.0 wrapped their answers.
            JsonNode names = root.has("data") ? root.path("data").path("channels") : root.path("channels");
            List<String> channels = new ArrayList<>();
            for (JsonNode name : names) {
                if (Names.isValid(name.asText()) && !Names.isEphemeral(name.asText())) {
                    channels.add(name.asText());
                }
            }
            return channels;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
