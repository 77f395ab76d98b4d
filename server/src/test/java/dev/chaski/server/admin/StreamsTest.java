package dev.chaski.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.chaski.server.Chaski;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.OptionTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Events over real sockets: in order, counted where they are lost, and no burden to anybody else. */
@Timeout(60)
class StreamsTest {
    /** A client of an event stream that reads when it is told to. */
    private static final class Events implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;
        final String status;

        Events(Chaski chaski, String path) throws IOException {
            socket.setReceiveBufferSize(16 << 10);
            socket.connect(chaski.httpAddress());
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            status = in.readLine();
            String header = in.readLine();
            while (!header.isEmpty()) {
                header = in.readLine();
            }
        }

        /** The first line that comes: the stream has begun then. */
        Events begun() throws IOException {
            assertThat(in.readLine()).isEqualTo(":");
            return this;
        }

        /** The next event, or null at the end. */
        Event next() throws IOException {
            String name = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return new Event(name, ApiClient.JSON.readTree(line.substring(6)));
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Event(String name, JsonNode data) {}

    @Test
    void aTailShowsWhatIsPublishedAndConsumesNothing() throws Exception {
        try (Chaski chaski = Chaski.start();
                Tap tap = Tap.connect(chaski.tcpAddress())) {
            chaski.topics().create("orders", "billing");
            tap.publish("orders", "before".getBytes(StandardCharsets.UTF_8));
            try (Events events = new Events(chaski, "/v1/topics/orders/tail?body_bytes=4").begun()) {
                assertThat(events.status).isEqualTo("HTTP/1.1 200 OK");
                for (int i = 0; i < 100; i++) {
                    tap.publish("orders", ("no " + i).getBytes(StandardCharsets.UTF_8));
                }
                List<String> bodies = new ArrayList<>();
                while (bodies.size() < 100) {
                    Event event = events.next();
                    assertThat(event.name()).isEqualTo("message");
                    event.data()
                            .forEach(message -> bodies.add(message.get("body").asText()));
                }
                assertThat(bodies).first().isEqualTo("no 0");
                assertThat(bodies).last().isEqualTo("no 9");
            }
            assertThat(chaski.topics()
                            .backlogs()
                            .getFirst()
                            .channels()
                            .getFirst()
                            .waiting())
                    .isEqualTo(101);
        }
    }

    @Test
    void aReaderThatDoesNotReadLosesEventsAndHarmsNobody() throws Exception {
        try (Chaski chaski = Chaski.start();
                Tap tap = Tap.connect(chaski.tcpAddress());
                ApiClient api = new ApiClient(chaski.httpAddress())) {
            chaski.topics().create("orders", "billing");
            byte[] body = "x".repeat(2_000).getBytes(StandardCharsets.UTF_8);
            int published = 0;
            try (Events slow = new Events(chaski, "/v1/topics/orders/tail").begun();
                    Events quick = new Events(chaski, "/v1/topics/orders/tail?body_bytes=0").begun()) {
                Thread reader = Thread.ofVirtual().start(() -> readAll(quick));
                long startNs = System.nanoTime();
                // Over a few seconds, many times what may be unsent to it.
                while (System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(3)) {
                    for (int i = 0; i < 200; i++) {
                        tap.publish("orders", body);
                    }
                    published += 200;
                    Thread.onSpinWait();
                }
                assertThat(published * 2_000L).isGreaterThan(4L << 20);
                long direct = api.json("/v1/overview")
                        .get("memory")
                        .get("direct_bytes")
                        .asLong();
                assertThat(direct).isLessThan(64L << 20);
                // Now it reads, and learns what it has missed.
                long seen = 0;
                long lost = 0;
                while (seen + lost < published) {
                    Event event = slow.next();
                    if (event.name().equals("lost")) {
                        lost += event.data().get("count").asLong();
                    } else {
                        seen += event.data().size();
                    }
                }
                assertThat(lost).isPositive();
                assertThat(seen).isPositive();
                assertThat(seen + lost).isEqualTo(published);
                assertThat(reader.isAlive()).isTrue();
            }
            assertThat(chaski.topics()
                            .backlogs()
                            .getFirst()
                            .channels()
                            .getFirst()
                            .waiting())
                    .isEqualTo(published);
        }
    }

    private static void readAll(Events events) {
        try {
            while (events.next() != null) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // The test closes it.
        }
    }

    @Test
    void aSampleComesEachSecond() throws Exception {
        try (Chaski chaski = Chaski.start();
                Events events = new Events(chaski, "/v1/live").begun()) {
            long last = 0;
            for (int i = 0; i < 3; i++) {
                Event event = events.next();
                assertThat(event.name()).isEqualTo("sample");
                assertThat(event.data().get("health").asText()).isEqualTo("OK");
                assertThat(event.data().get("t").asLong()).isGreaterThan(last);
                last = event.data().get("t").asLong();
            }
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefusedUntilOneEnds() throws Exception {
        try (Chaski chaski =
                Chaski.builder().set(AdminOptions.CONSOLE_STREAMS_MAX, 2).start()) {
            Events first = new Events(chaski, "/v1/live").begun();
            try (Events second = new Events(chaski, "/v1/live").begun()) {
                try (Events third = new Events(chaski, "/v1/live")) {
                    assertThat(third.status).isEqualTo("HTTP/1.1 503 Service Unavailable");
                }
                first.close();
                await().untilAsserted(() -> {
                    try (Events again = new Events(chaski, "/v1/live")) {
                        assertThat(again.status).isEqualTo("HTTP/1.1 200 OK");
                    }
                });
                assertThat(second.next().name()).isEqualTo("sample");
            }
        }
    }

    @Test
    void aDeletedTopicEndsItsTail() throws Exception {
        try (Chaski chaski = Chaski.start()) {
            chaski.topics().create("orders");
            try (Events events = new Events(chaski, "/v1/topics/orders/tail").begun()) {
                chaski.topics().delete("orders");
                assertThat(events.next()).isNull();
            }
        }
    }

    @Test
    void streamsDoNotHoldUpTheEndOfTheBroker() throws Exception {
        Chaski chaski = Chaski.builder()
                .set(OptionTable.DRAIN_TIMEOUT, Duration.ofSeconds(30))
                .start();
        chaski.topics().create("orders");
        try (Events live = new Events(chaski, "/v1/live").begun();
                Events tail = new Events(chaski, "/v1/topics/orders/tail").begun()) {
            long startNs = System.nanoTime();
            chaski.close();
            assertThat(System.nanoTime() - startNs).isLessThan(TimeUnit.SECONDS.toNanos(15));
            assertThat(tail.next()).isNull();
            while (live.next() != null) {
                Thread.onSpinWait();
            }
        } finally {
            chaski.close();
        }
    }
}
