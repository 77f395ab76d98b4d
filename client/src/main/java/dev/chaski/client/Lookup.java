package dev.chaski.client;

import dev.chaski.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nsqlookupds which servers have a topic: at once, then every poll interval plus up to 30 % of it, and whenever it is
 * woken. {@link #run} is a platform thread of its own, since looking up a name would hold up other virtual ones;
 * {@link #wake} is for any thread.
 */
final class Lookup {
    private static final Logger LOG = LoggerFactory.getLogger(Lookup.class);
    private static final int ANSWER_BYTES_MAX = 16 << 20;
    /** Each server that is named costs a thread and perhaps a connection. */
    static final int SERVERS_MAX = 10_000;

    private static final int NOT_FOUND = 404;
    private static final int OK = 200;
    private static final double JITTER = 0.3;
    /** However many connections are lost at once, it is asked so often at most. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Hears what was found. Called by the lookup's thread. */
    interface Listener {
        /**
         * All have been asked.
         *
         * @param servers what those that answered named
         * @param isWhole whether all answered
         */
        void found(Set<ServerAddress> servers, boolean isWhole);
    }

    private final List<URI> addresses;
    private final String topic;
    private final Duration interval;
    private final Duration timeout;
    private final Listener listener;
    private final Semaphore wakeUps = new Semaphore(0);

    Lookup(ConsumerBuilder settings, Listener listener) {
        addresses = settings.lookups();
        topic = settings.topic();
        interval = settings.lookupInterval();
        timeout = settings.lookupTimeout();
        this.listener = listener;
    }

    /** Reads {@code host:port} or a URL. */
    static URI parse(String address) {
        URI uri = URI.create(address.contains("://") ? address : "http://" + address);
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null) {
            throw new IllegalArgumentException("not an address of an nsqlookupd's HTTP: " + address);
        }
        return uri;
    }

    /** Asks soon. */
    void wake() {
        wakeUps.release();
    }

    /** Until it is interrupted. */
    void run() {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .executor(task ->
                        Thread.ofPlatform().daemon().name("chaski-lookup-http").start(task))
                .build()) {
            while (true) {
                ask(http);
                long waitMs = (long)
                        (interval.toMillis() * (1 + ThreadLocalRandom.current().nextDouble(JITTER)));
                if (wakeUps.tryAcquire(waitMs, TimeUnit.MILLISECONDS)) {
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                    wakeUps.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the lookup of {} was interrupted: the consumer is closing", topic);
        }
    }

    private void ask(HttpClient http) throws InterruptedException {
        Set<ServerAddress> found = new LinkedHashSet<>();
        boolean isWhole = true;
        for (URI address : addresses) {
            try {
                found.addAll(ask(http, address));
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("nsqlookupd {} does not answer: {}", address, e.toString());
                isWhole = false;
            }
        }
        listener.found(found, isWhole);
    }

    private Set<ServerAddress> ask(HttpClient http, URI address) throws IOException, InterruptedException {
        String query = "/lookup?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8);
        String path = address.getPath() == null ? "" : address.getPath().replaceAll("/+$", "");
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path + query))
                .timeout(timeout)
                .header("Accept", "application/vnd.nsq; version=1.0")
                .build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() == NOT_FOUND) {
                return Set.of(); // nobody has the topic yet
            }
            if (answer.statusCode() != OK) {
                throw new IOException("it answered " + answer.statusCode());
            }
            byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX + 1);
            if (bytes.length > ANSWER_BYTES_MAX) {
                throw new IOException("its answer is longer than " + ANSWER_BYTES_MAX + " bytes");
            }
            return producers(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /**
     * Reads the answer to a lookup. A server whose address is none is passed over: the others are not to suffer for it.
     *
     * @throws IllegalArgumentException where it is none
     */
    static Set<ServerAddress> producers(String json) {
        Set<ServerAddress> addresses = new LinkedHashSet<>();
        @Nullable Object answer = Json.read(json);
        // Before 1.0 all was in "data".
        if (answer instanceof Map<?, ?> old && old.get("data") instanceof Map<?, ?> data) {
            answer = data;
        }
        if (!(answer instanceof Map<?, ?> fields) || !(fields.get("producers") instanceof List<?> producers)) {
            throw new IllegalArgumentException("the answer names no producers");
        }
        for (Object producer : producers) {
            if (addresses.size() == SERVERS_MAX) {
                LOG.warn("the answer names more than {} servers: the others are passed over", SERVERS_MAX);
                break;
            }
            try {
                addresses.add(address(producer));
            } catch (IllegalArgumentException e) {
                LOG.warn("a server is passed over: {}", e.getMessage());
            }
        }
        return addresses;
    }

    private static ServerAddress address(@Nullable Object producer) {
        if (producer instanceof Map<?, ?> node
                && node.get("broadcast_address") instanceof String host
                && node.get("tcp_port") instanceof Double port) {
            return new ServerAddress(host, port.intValue());
        }
        throw new IllegalArgumentException("it has no address");
    }
}
