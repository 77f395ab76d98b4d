package dev.chaski.cli.relay;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server of HTTP: a message is the body of a POST, or a part of the address of a GET. Any answer of 2xx takes it. Any
 * thread.
 */
public final class HttpDestination implements Destination {
    /** What stands for the message in the address of a GET. */
    public static final String PLACE = "%s";

    private static final int OK_MIN = 200;
    private static final int OK_MAX = 299;

    private final HttpClient http;
    private final String address;
    private final boolean isGet;
    private final List<Map.Entry<String, String>> headers;
    private final Duration timeout;

    /**
     * Sends to an address.
     *
     * @param http shared by all; not closed by this
     * @param address of a GET with {@link #PLACE}, which becomes the message
     * @param isGet else it is a POST
     * @param headers of each request
     * @param timeout from the beginning to the end of the answer
     * @throws IllegalArgumentException where the address or a header cannot be
     */
    public HttpDestination(
            HttpClient http, String address, boolean isGet, List<Map.Entry<String, String>> headers, Duration timeout) {
        this.http = http;
        this.address = address;
        this.isGet = isGet;
        this.headers = List.copyOf(headers);
        this.timeout = timeout;
        if (isGet && address.indexOf(PLACE) < 0) {
            throw new IllegalArgumentException(
                    "--get needs " + PLACE + " in " + address + ", which becomes the message");
        }
        request(new byte[] {'x'});
    }

    private HttpRequest request(byte[] body) {
        String text = isGet ? address.replace(PLACE, URLEncoder.encode(text(body), StandardCharsets.UTF_8)) : address;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(text));
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));
        return isGet
                ? request.GET().build()
                : request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public void send(String topic, byte[] body) throws RelayException, InterruptedException {
        CompletableFuture<HttpResponse<Void>> answer =
                http.sendAsync(request(body), HttpResponse.BodyHandlers.discarding());
        try {
            int status = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status < OK_MIN || status > OK_MAX) {
                throw new RelayException(address + " answered " + status, null);
            }
        } catch (ExecutionException e) {
            Throwable why = e.getCause() instanceof IOException io ? io : e;
            throw new RelayException(address + ": " + why, why);
        } catch (TimeoutException e) {
            throw new RelayException(address + " did not answer within " + timeout.toMillis() + " ms", e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public String name() {
        return address;
    }

    @Override
    public void close() {}
}
