package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.cli.nodes.AskException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One question, one answer: bounded in time and size. Any thread. */
final class HttpAsk implements AutoCloseable {
    /** The statistics of 10,000 topics with some channels each, and as many clients. */
    static final long ANSWER_BYTES_MAX = 64 << 20;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int TOLD_MAX = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client;
    private final Duration timeout;

    HttpAsk(Duration connectTimeout, Duration timeout) {
        this.timeout = timeout;
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    }

    /** What a page says. */
    JsonNode get(HttpAddress from, String path, String... query) throws AskException, InterruptedException {
        byte[] body = send(from, from.at(path, query), "GET");
        try {
            JsonNode answer = json.readTree(body);
            // Before 1.0 all was in "data".
            return answer.has("data") && answer.has("status_code") ? answer.path("data") : answer;
        } catch (IOException e) {
            throw new AskException(Kind.MALFORMED, from + " answered /" + path + " with what is no JSON");
        }
    }

    /** Has something changed. */
    void post(HttpAddress to, String path, String... query) throws AskException, InterruptedException {
        send(to, to.at(path, query), "POST");
    }

    private byte[] send(HttpAddress to, URI url, String method) throws AskException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Accept", "application/vnd.nsq; version=1.0")
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        CompletableFuture<HttpResponse<byte[]>> coming =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> answer = coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (answer.statusCode() == OK) {
                return answer.body();
            }
            throw refusal(to, url, answer);
        } catch (ExecutionException e) {
            throw new AskException(Kind.UNREACHABLE, to + ": " + words(e.getCause()));
        } catch (TimeoutException e) {
            coming.cancel(true);
            throw new AskException(Kind.UNREACHABLE, to + ": " + late());
        }
    }

    private AskException refusal(HttpAddress to, URI url, HttpResponse<byte[]> answer) {
        String told = new String(answer.body(), StandardCharsets.UTF_8);
        try {
            JsonNode message = json.readTree(answer.body()).path("message");
            told = message.isTextual() ? message.asText() : told;
        } catch (IOException e) {
            // Not in JSON: told as it is.
        }
        boolean isAbsence = answer.statusCode() == NOT_FOUND && told.endsWith("_NOT_FOUND");
        String shortened = told.length() > TOLD_MAX ? told.substring(0, TOLD_MAX) + "…" : told;
        return new AskException(
                isAbsence ? Kind.NOT_FOUND : Kind.REFUSED,
                to + " answered " + url.getPath() + " with " + answer.statusCode() + " " + shortened.strip());
    }

    private String late() {
        return "no answer within " + timeout.toMillis() + " ms";
    }

    private String words(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> "no answer";
            case HttpTimeoutException e -> late();
            case ConnectException e ->
                e.getCause() instanceof UnresolvedAddressException
                        ? "there is no host of that name"
                        : "nobody listens there";
            default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
