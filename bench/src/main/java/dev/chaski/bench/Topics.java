package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The names of a run's topics, and their deletion. Stateless. */
final class Topics {
    private static final int HTTP_TIMEOUT_MS = 60_000;
    private static final int OK = 200;

    private Topics() {}

    /** Names of equal length: the one that was asked for, numbered where there are several, or one never used before. */
    static List<String> names(@Nullable String wanted, int count) {
        String stem = wanted != null
                ? wanted
                : String.format(
                        Locale.ROOT, "bench_%08x", ThreadLocalRandom.current().nextInt());
        boolean ephemeral = Names.isEphemeral(stem);
        String suffix = ephemeral ? Names.EPHEMERAL_SUFFIX : "";
        String plain = stem.substring(0, stem.length() - suffix.length());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(count == 1 ? stem : String.format(Locale.ROOT, "%s_%06d%s", plain, i, suffix));
        }
        if (!Names.isValid(names.getLast())) {
            throw new BenchException(Kind.USAGE, "\"" + names.getLast() + "\" is not a valid topic name");
        }
        return names;
    }

    /** Deletes the topics where the server's HTTP port is known; one that does not exist is fine. */
    static void delete(ServerOptions server, List<String> names) {
        if (server.httpPort == null) {
            return;
        }
        for (String name : names) {
            String topic = URLEncoder.encode(name, StandardCharsets.UTF_8);
            URI uri = URI.create("http://" + server.host + ":" + server.httpPort + "/topic/delete?topic=" + topic);
            try {
                HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection();
                request.setRequestMethod("POST");
                request.setConnectTimeout(HTTP_TIMEOUT_MS);
                request.setReadTimeout(HTTP_TIMEOUT_MS);
                int status = request.getResponseCode();
                if (status != OK && status != HttpURLConnection.HTTP_NOT_FOUND) {
                    throw new IOException("status " + status);
                }
                drain(request, status);
            } catch (IOException e) {
                throw new BenchException(
                        Kind.FAILED, "the measurement is over, but " + uri + " failed: " + e.getMessage());
            }
        }
    }

    /** Read to the end, the connection is used again. */
    private static void drain(HttpURLConnection request, int status) throws IOException {
        try (var body = status == OK ? request.getInputStream() : request.getErrorStream()) {
            if (body != null) {
                body.readAllBytes();
            }
        }
    }
}
