package dev.chaski.bench.lookup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Asks a lookup over HTTP, one question at a time on a connection that stays open. Used by one thread. */
public final class LookupQuery {
    private static final int TIMEOUT_MS = 60_000;

    private final String authority;

    /**
     * What answers were like.
     *
     * @param timesNs nanoseconds from the question to the last byte of the answer
     * @param bytes size of the last answer
     */
    public record Answers(Histogram timesNs, long bytes) {}

    /**
     * Nothing is sent yet.
     *
     * @param host of the lookup
     * @param port its HTTP port
     */
    public LookupQuery(String host, int port) {
        authority = host + ":" + port;
    }

    /**
     * Asks again and again, at least once.
     *
     * @param paths what to ask, in turns
     * @param duration for how long
     * @return the times of all, and the size of the last
     * @throws BenchException where an answer is not 200, or does not come within a minute
     */
    public Answers ask(List<String> paths, Duration duration) {
        Histogram timesNs = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        long startNs = System.nanoTime();
        long bytes;
        int next = 0;
        do {
            long askedNs = System.nanoTime();
            bytes = read("GET", paths.get(next)).length;
            timesNs.recordValue(System.nanoTime() - askedNs);
            next = (next + 1) % paths.size();
        } while (System.nanoTime() - startNs < duration.toNanos());
        return new Answers(timesNs, bytes);
    }

    /**
     * Asks once.
     *
     * @param path what to ask
     * @return the answer
     * @throws BenchException where it is not 200, or no JSON
     */
    public JsonNode json(String path) {
        try {
            return new ObjectMapper().readTree(read("GET", path));
        } catch (IOException e) {
            throw failed(path, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Has it do something.
     *
     * @param path what
     * @throws BenchException where the answer is not 200
     */
    public void post(String path) {
        read("POST", path);
    }

    private byte[] read(String method, String path) {
        try {
            HttpURLConnection request = (HttpURLConnection)
                    URI.create("http://" + authority + path).toURL().openConnection();
            request.setRequestMethod(method);
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            if (request.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw failed(path, "status " + request.getResponseCode());
            }
            try (InputStream body = request.getInputStream()) {
                return body.readAllBytes();
            }
        } catch (IOException e) {
            throw failed(path, String.valueOf(e.getMessage()));
        }
    }

    private BenchException failed(String path, String why) {
        return new BenchException(Kind.FAILED, "http://" + authority + path + " failed: " + why);
    }
}
