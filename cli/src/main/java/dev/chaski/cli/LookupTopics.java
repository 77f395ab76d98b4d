package dev.chaski.cli;

import dev.chaski.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Asks nsqlookupds which topics there are. One thread. */
final class LookupTopics implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 64 << 20;
    private static final int OK = 200;

    private final List<URI> addresses = new ArrayList<>();
    private final Duration timeout;
    private final HttpClient http;

    /**
     * Asks these.
     *
     * @param lookups {@code host:port} or a URL each
     * @throws IllegalArgumentException where one is none
     */
    LookupTopics(List<String> lookups, Duration connectTimeout, Duration timeout) {
        for (String lookup : lookups) {
            addresses.add(URI.create(
                    (lookup.contains("://") ? lookup : "http://" + lookup).replaceAll("/+$", "") + "/topics"));
        }
        this.timeout = timeout;
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    }

    /**
     * The topics that any of them knows.
     *
     * @param problems is told of each that does not answer
     */
    Set<String> matching(Pattern pattern, Consumer<String> problems) throws InterruptedException {
        Set<String> topics = new TreeSet<>();
        for (URI address : addresses) {
            try {
                topics.addAll(ask(address));
            } catch (IOException | IllegalArgumentException e) {
                problems.accept("nsqlookupd " + address + " does not answer: " + Problem.text(e));
            }
        }
        topics.removeIf(topic -> !pattern.matcher(topic).find());
        return topics;
    }

    private List<String> ask(URI address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Accept", "application/vnd.nsq; version=1.0")
                .build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX);
            if (answer.statusCode() != OK) {
                throw new IOException("it answered " + answer.statusCode());
            }
            return topics(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static List<String> topics(String json) {
        Object answer = Json.read(json);
        // Before 1.0 all was in "data".
        if (answer instanceof Map<?, ?> old && old.get("data") instanceof Map<?, ?> data) {
            answer = data;
        }
        if (answer instanceof Map<?, ?> fields && fields.get("topics") instanceof List<?> names) {
            return names.stream().map(String::valueOf).toList();
        }
        throw new IllegalArgumentException("the answer names no topics");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
