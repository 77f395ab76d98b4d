package dev.chaski.server.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Asks lookups and other nodes over HTTP, within time limits and limits of size. Any thread but an event loop. */
final class NodeClient implements AutoCloseable {
    /** Enough for the figures of tens of thousands of topics. */
    private static final long ANSWER_BYTES_MAX = 64 << 20;

    private static final int OK = 200;
    private static final int ERROR_CHARS_MAX = 200;

    private final AdminConfig config;
    private @Nullable HttpClient client;

    NodeClient(AdminConfig config) {
        this.config = config;
    }

    /** An answer of another kind than 200; the message is what the other side says. */
    static final class StatusException extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        StatusException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    <T> T get(String node, String pathAndQuery, Class<T> type) throws IOException, InterruptedException {
        HttpRequest request = request(node, pathAndQuery).GET().build();
        return Json.MAPPER.readValue(send(request), type);
    }

    void post(String node, String pathAndQuery, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = request(node, pathAndQuery)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        send(request);
    }

    private HttpRequest.Builder request(String node, String pathAndQuery) throws IOException {
        try {
            return HttpRequest.newBuilder(URI.create("http://" + node + pathAndQuery))
                    .timeout(Duration.ofMillis(config.requestTimeoutMs()))
                    .header("Accept", "application/vnd.nsq; version=1.0");
        } catch (IllegalArgumentException e) {
            throw new IOException("not an address: " + node, e);
        }
    }

    private byte[] send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client().send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        if (response.statusCode() != OK) {
            String text = new String(response.body(), StandardCharsets.UTF_8);
            throw new StatusException(
                    response.statusCode(),
                    "status " + response.statusCode() + " "
                            + text.substring(0, Math.min(text.length(), ERROR_CHARS_MAX)));
        }
        return response.body();
    }

    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofMillis(config.connectTimeoutMs()))
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
            client = made;
        }
        return made;
    }

    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What went wrong, in a few words. */
    static String text(Exception e) {
        if (e instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (e instanceof ConnectException && e.getMessage() == null) {
            return "connection refused";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
