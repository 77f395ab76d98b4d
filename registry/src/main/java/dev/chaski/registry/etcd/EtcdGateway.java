package dev.chaski.registry.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** etcd's API v3 as JSON over HTTP (its grpc-gateway, in every etcd since 3.4). Any thread. */
final class EtcdGateway implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    /** Enough for tens of thousands of nodes. */
    private static final long ANSWER_BYTES_MAX = 64 << 20;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final List<InetSocketAddress> hosts;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    /** The one that answered last. */
    private volatile int preferred;

    EtcdGateway(List<InetSocketAddress> hosts) {
        this.hosts = List.copyOf(hosts);
    }

    /** The answer of the first member that gives one. */
    JsonNode call(String path, ObjectNode request) {
        HttpResponse<byte[]> response =
                send(path, request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new RegistryException("etcd answered " + path + " with something that is no JSON", e);
        }
    }

    /** An answer without an end, to be closed by the caller. */
    InputStream stream(String path, ObjectNode request) {
        return send(path, request, BodyHandlers.ofInputStream()).body();
    }

    private <T> HttpResponse<T> send(String path, ObjectNode request, BodyHandler<T> handler) {
        int first = preferred;
        RegistryException failure = new RegistryException("etcd cannot be reached");
        for (int i = 0; i < hosts.size(); i++) {
            int host = (first + i) % hosts.size();
            try {
                HttpResponse<T> response = client.send(request(hosts.get(host), path, request), handler);
                if (response.statusCode() == OK) {
                    preferred = host;
                    return response;
                }
                failure = new RegistryException("etcd at " + text(hosts.get(host)) + " answered " + path
                        + " with status " + response.statusCode());
            } catch (IOException e) {
                failure = new RegistryException("etcd at " + text(hosts.get(host)) + " cannot be reached: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("interrupted while etcd was asked", e);
            }
        }
        throw failure;
    }

    private static HttpRequest request(InetSocketAddress host, String path, ObjectNode body) {
        return HttpRequest.newBuilder(URI.create("http://" + text(host) + path))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8))
                .build();
    }

    private static String text(InetSocketAddress host) {
        return host.getHostString() + ":" + host.getPort();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
