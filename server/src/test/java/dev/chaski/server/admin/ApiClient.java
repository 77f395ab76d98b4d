package dev.chaski.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a broker's API, as a script does. */
final class ApiClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;

    ApiClient(InetSocketAddress address) {
        root = "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** What came back. */
    record Reply(int status, JsonNode json) {
        String error() {
            return status + " " + json.path("error").asText();
        }
    }

    Reply get(String path, String... headers) throws IOException, InterruptedException {
        return ask("GET", path, "", headers);
    }

    Reply post(String path, String body, String... headers) throws IOException, InterruptedException {
        return ask("POST", path, body, headers);
    }

    Reply delete(String path, String... headers) throws IOException, InterruptedException {
        return ask("DELETE", path, "", headers);
    }

    /** Of an answer that has to be there. */
    JsonNode json(String path) throws IOException, InterruptedException {
        Reply reply = get(path);
        if (reply.status() != 200) {
            throw new AssertionError(path + ": " + reply);
        }
        return reply.json();
    }

    Reply ask(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return new Reply(response.statusCode(), JSON.readTree(response.body()));
    }

    /** As it comes, for who takes gzip. */
    HttpResponse<byte[]> zipped(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(Duration.ofSeconds(30))
                .header("Accept-Encoding", "gzip, br")
                .build();
        return client.send(request, BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
