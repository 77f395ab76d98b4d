package dev.chaski.registry.lookup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Node;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.io.IOException;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the nodes of a topic at nsqlookupd instances: the topic is the service, its nodes are nsqd's producers, and
 * there are no versions. It takes no registrations: a node of NSQ's kind registers by {@link Lookupds}. Any thread.
 */
final class LookupRegistry implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(LookupRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Enough for tens of thousands of nodes. */
    private static final long ANSWER_BYTES_MAX = 16 << 20;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final List<InetSocketAddress> lookupds;
    private final Duration poll;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    private final Set<Thread> watches = ConcurrentHashMap.newKeySet();

    LookupRegistry(List<InetSocketAddress> lookupds, Duration poll) {
        this.lookupds = lookupds;
        this.poll = poll;
    }

    @Override
    public Registration register(Service service) {
        throw new RegistryException(
                "nsqlookupd takes no services; a node registers its topics over TCP (--lookupd-tcp-address)");
    }

    @Override
    public List<Service> find(String name) {
        List<Service> found = new ArrayList<>();
        for (JsonNode answer : askAll("/lookup?topic=" + URLEncoder.encode(name, StandardCharsets.UTF_8))) {
            for (JsonNode producer : answer.path("producers")) {
                found.add(Service.of(name, "", node(producer)));
            }
        }
        return Service.merge(found);
    }

    @Override
    public List<String> names() {
        Set<String> names = new TreeSet<>();
        for (JsonNode answer : askAll("/topics")) {
            answer.path("topics").forEach(topic -> names.add(topic.asText()));
        }
        return List.copyOf(names);
    }

    private static Node node(JsonNode producer) {
        String host = producer.path("broadcast_address").asText();
        String address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":"
                + producer.path("tcp_port").asInt();
        return new Node(
                address,
                address,
                Map.of(
                        "hostname", producer.path("hostname").asText(),
                        "http_port", producer.path("http_port").asText(),
                        "version", producer.path("version").asText()));
    }

    /** The answers of all that give one; fails where none does. */
    private List<JsonNode> askAll(String path) {
        List<JsonNode> answers = new ArrayList<>();
        RegistryException failure = new RegistryException("there is no nsqlookupd to ask");
        for (InetSocketAddress lookupd : lookupds) {
            try {
                answers.add(ask(lookupd, path));
            } catch (IOException e) {
                failure = new RegistryException("nsqlookupd at " + lookupd + " cannot be asked: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryException("interrupted while nsqlookupd was asked", e);
            }
        }
        if (answers.isEmpty()) {
            throw failure;
        }
        return answers;
    }

    private JsonNode ask(InetSocketAddress lookupd, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + lookupd.getHostString() + ":" + lookupd.getPort() + path);
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        if (response.statusCode() == NOT_FOUND) {
            return JSON.createObjectNode();
        }
        if (response.statusCode() != OK) {
            throw new IOException("status " + response.statusCode());
        }
        JsonNode root = JSON.readTree(response.body());
        // Lookupds before 1.0 wrapped their answers.
        return root.has("data") ? root.path("data") : root;
    }

    @Override
    public Watch watch(String name, Consumer<List<Service>> listener) {
        ChangeFilter filter = new ChangeFilter(listener);
        Thread thread = Thread.ofVirtual().name("lookup-watch-" + name).unstarted(() -> poll(name, filter));
        watches.add(thread);
        thread.start();
        return () -> {
            watches.remove(thread);
            thread.interrupt();
        };
    }

    private void poll(String name, ChangeFilter filter) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                filter.tell(find(name));
                Thread.sleep(poll);
            } catch (RegistryException e) {
                LOG.warn("watch interrupted topic={} error=\"{}\"; trying again", name, e.getMessage());
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(poll);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        watches.forEach(Thread::interrupt);
        watches.clear();
        client.shutdownNow();
    }
}
