package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.server.Chaski;
import dev.chaski.server.StartException;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Brokers of this process, each with a folder and ports of its own, that register at one lookup. Any thread. */
final class EmbeddedBrokers implements AutoCloseable {
    private final Path data;
    private final int lookupPort;
    private final String topic;
    private final List<Member> members;
    private final AtomicInteger published = new AtomicInteger();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    /** One of them; it keeps its folder when it comes back, and gets another port. */
    private final class Member {
        private final int number;
        private volatile @Nullable Chaski chaski;

        Member(int number) {
            this.number = number;
        }

        void start() throws StartException {
            chaski = Chaski.builder()
                    .dataPath(data.resolve("broker-" + number))
                    .set(OptionTable.LOOKUPD_TCP_ADDRESS, List.of(new HostPort("127.0.0.1", lookupPort)))
                    .start();
        }

        void stop() {
            Chaski running = chaski;
            chaski = null;
            if (running != null) {
                running.close();
            }
        }

        @Nullable
        HttpDoor http() {
            Chaski running = chaski;
            return running == null ? null : new HttpDoor(running.httpAddress());
        }
    }

    EmbeddedBrokers(Path data, int lookupPort, String topic, int size) {
        this.data = data;
        this.lookupPort = lookupPort;
        this.topic = topic;
        members = IntStream.range(0, size).mapToObj(Member::new).toList();
    }

    void start(int from, int to) throws StartException {
        for (Member member : members.subList(from, to)) {
            member.start();
        }
    }

    void stop(int from, int to) {
        members.subList(from, to).forEach(Member::stop);
    }

    /** Publishes so many messages to each that is there. */
    void publishToEach(int count) throws IOException, InterruptedException {
        for (Member member : members) {
            HttpDoor http = member.http();
            if (http != null) {
                publish(http, count);
            }
        }
    }

    /** Publishes a message to one by lot, if that one is there. */
    void publishSomewhere() throws InterruptedException {
        HttpDoor http =
                members.get(ThreadLocalRandom.current().nextInt(members.size())).http();
        try {
            if (http != null) {
                publish(http, 1);
            }
        } catch (IOException e) {
            // It went meanwhile, and has not acknowledged it.
        }
    }

    private void publish(HttpDoor http, int count) throws IOException, InterruptedException {
        List<String> bodies = IntStream.range(0, count)
                .mapToObj(i -> "message " + published.incrementAndGet())
                .toList();
        if (http.post("/mpub?topic=" + topic, String.join("\n", bodies)).status() == 200) {
            acknowledged.addAll(bodies);
        }
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    Set<Integer> ports() {
        return Set.copyOf(members.stream()
                .map(member -> member.chaski)
                .filter(Objects::nonNull)
                .map(chaski -> chaski.tcpAddress().getPort())
                .toList());
    }

    /** Each that is there has the channel's consumer once, which has asked it for messages. */
    void assertServes(String channel) throws IOException, InterruptedException {
        for (Member member : members) {
            HttpDoor http = member.http();
            if (http != null) {
                JsonNode figures = http.channel(topic, channel);
                assertThat(figures).as("channel of broker %d", member.number).isNotNull();
                assertThat(figures.path("clients"))
                        .as("consumers of broker %d", member.number)
                        .hasSize(1);
                assertThat(figures.path("clients").path(0).path("ready_count").asInt())
                        .as("RDY at broker %d", member.number)
                        .isPositive();
            }
        }
    }

    @Override
    public void close() {
        members.forEach(Member::stop);
    }
}
