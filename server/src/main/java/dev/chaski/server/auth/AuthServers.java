package dev.chaski.server.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * Asks nsqd's kind of authorization servers what a client may do: one of them, chosen at random, and the others in turn
 * where it does not answer. Any thread; never blocks.
 */
public final class AuthServers implements AutoCloseable {
    private static final int OK = 200;
    /** Longest answer that is read. */
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AuthConfig config;
    private final HttpClient http;
    private final LongSupplier clockNs;
    private final IntUnaryOperator random;

    /**
     * Ready to ask.
     *
     * @param config where the servers are
     */
    public AuthServers(AuthConfig config) {
        this(config, System::nanoTime, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /**
     * Ready to ask, with a clock and a choice of one's own.
     *
     * @param config where the servers are
     * @param clockNs what authorizations expire by, in nanoseconds
     * @param random a number from 0 to below what it is given
     */
    public AuthServers(AuthConfig config, LongSupplier clockNs, IntUnaryOperator random) {
        this.config = config;
        this.clockNs = clockNs;
        this.random = random;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(config.connectTimeoutMs()));
        if (config.trust() != null) {
            builder.sslContext(config.trust());
        }
        http = builder.build();
    }

    /**
     * The clock that authorizations expire by.
     *
     * @return now, in nanoseconds
     */
    public long nowNs() {
        return clockNs.getAsLong();
    }

    /**
     * Asks what a client may do.
     *
     * @param question who it is
     * @return completed on a thread of the HTTP client; exceptionally with an {@link AuthException} where no server
     *     gives a usable answer
     */
    public CompletableFuture<Authorization> ask(AuthQuestion question) {
        int serverCount = config.addresses().size();
        return ask(question, random.applyAsInt(serverCount), serverCount, "");
    }

    private CompletableFuture<Authorization> ask(AuthQuestion question, int server, int left, String failures) {
        String address = config.addresses().get(server);
        return askOne(address, question).exceptionallyCompose(failure -> {
            Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
            String told = failures + (failures.isEmpty() ? "" : "; ") + "authorization server " + address + ": " + why;
            if (left == 1) {
                return CompletableFuture.failedFuture(new AuthException(told));
            }
            return ask(question, (server + 1) % config.addresses().size(), left - 1, told);
        });
    }

    private CompletableFuture<Authorization> askOne(String address, AuthQuestion question) {
        HttpRequest request;
        try {
            request = request(address, question);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            return CompletableFuture.failedFuture(new AuthException("it cannot be asked: " + e.getMessage()));
        }
        HttpResponse.BodyHandler<byte[]> bounded =
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX);
        return http.sendAsync(request, bounded).thenCompose(this::read);
    }

    private CompletableFuture<Authorization> read(HttpResponse<byte[]> response) {
        try {
            if (response.statusCode() != OK) {
                throw new AuthException("it answered with status " + response.statusCode());
            }
            return CompletableFuture.completedFuture(AuthAnswer.parse(response.body(), nowNs()));
        } catch (AuthException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private HttpRequest request(String address, AuthQuestion question) throws JsonProcessingException {
        Map<String, String> fields = new TreeMap<>();
        fields.put("remote_ip", question.remoteIp());
        fields.put("tls", Boolean.toString(question.tls()));
        fields.put("secret", question.secret());
        fields.put("common_name", question.commonName());
        String endpoint = address.contains("://") ? address : "http://" + address + "/auth";
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .timeout(Duration.ofMillis(config.requestTimeoutMs()))
                .header("Accept", "application/vnd.nsq; version=1.0");
        if (!config.post()) {
            return request.uri(URI.create(endpoint + "?" + query(fields))).build();
        }
        // nsqd posts each value as a list of one.
        Map<String, List<String>> lists = new TreeMap<>();
        fields.forEach((name, value) -> lists.put(name, List.of(value)));
        return request.uri(URI.create(endpoint))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(lists)))
                .build();
    }

    private static String query(Map<String, String> fields) {
        StringBuilder query = new StringBuilder();
        fields.forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    /** Gives up what is being asked. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
