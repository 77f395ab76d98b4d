package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consumer that is told by a lookup where to go. */
class LookupTest {
    private HttpServer http;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile int status = 200;
    private volatile String answer = "{}";
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/lookup", exchange -> {
            byte[] body = exchange.getRequestURI().getQuery().equals("topic=orders")
                    ? answer.getBytes(StandardCharsets.UTF_8)
                    : "wrong topic".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
            asked.incrementAndGet();
        });
        http.start();
    }

    @AfterEach
    void stop() {
        http.stop(0);
    }

    private static String naming(FakeNsqd... servers) {
        return Stream.of(servers)
                .map(server -> "{\"broadcast_address\":\"127.0.0.1\",\"tcp_port\":" + server.port() + "}")
                .collect(Collectors.joining(",", "{\"channels\":[],\"producers\":[", "]}"));
    }

    private static FakeNsqd.Script delivering(String body) {
        return session -> {
            session.expect("SUB");
            session.ok();
            session.expect("RDY");
            session.message("0123456789abcdef", 1, body);
            while (true) {
                if (session.read().verb().equals("CLS")) {
                    session.respond("CLOSE_WAIT");
                }
            }
        };
    }

    private Consumer consumer(Duration interval) {
        return Consumer.builder("orders", "billing")
                .lookups("127.0.0.1:" + http.getAddress().getPort())
                .lookupInterval(interval)
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50))
                .inFlightMax(10)
                .handler(message -> handled.add(message.text()))
                .build();
    }

    @Test
    void serversAreFoundAndNewOnesLaterToo() throws Exception {
        try (FakeNsqd one = new FakeNsqd(delivering("one"));
                FakeNsqd two = new FakeNsqd(delivering("two"))) {
            answer = naming(one);
            try (Consumer consumer = consumer(Duration.ofMillis(20))) {
                await().until(() -> handled.contains("one"));
                answer = naming(one, two);
                await().until(() -> handled.contains("two"));
                assertThat(consumer.stats().connections()).isEqualTo(2);
                // What no lookup names any more is kept while it is connected.
                answer = naming(two);
                int before = asked.get();
                await().until(() -> asked.get() > before + 2);
                assertThat(consumer.stats().connections()).isEqualTo(2);
            }
        }
    }

    @Test
    void afterALostConnectionTheLookupIsAskedAtOnce() throws Exception {
        FakeNsqd one = new FakeNsqd(delivering("one"));
        try (FakeNsqd two = new FakeNsqd(delivering("two"))) {
            answer = naming(one);
            try (Consumer consumer = consumer(Duration.ofHours(1))) {
                await().until(() -> handled.contains("one"));
                answer = naming(two);
                one.close();
                await().until(() -> handled.contains("two"));
                await().until(() -> consumer.stats().connections() == 1);
            }
        } finally {
            one.close();
        }
    }

    /** A topic that is deleted goes with its connections: who subscribes again makes it again. */
    @Test
    void aServerThatIsNoLongerNamedIsNotConnectedToAgain() throws Exception {
        CountDownLatch deleted = new CountDownLatch(1);
        FakeNsqd.Script untilDeleted = session -> {
            session.expect("SUB");
            session.ok();
            session.expect("RDY");
            session.message("0123456789abcdef", 1, "one");
            deleted.await();
        };
        try (FakeNsqd one = new FakeNsqd(untilDeleted);
                FakeNsqd two = new FakeNsqd(delivering("two"))) {
            answer = naming(one);
            try (Consumer consumer = consumer(Duration.ofHours(1))) {
                await().until(() -> handled.contains("one"));
                answer = naming(two);
                deleted.countDown();
                await().until(() -> handled.contains("two"));
                await().until(() -> consumer.stats().connections() == 1);
                assertThat(one.accepted()).isEqualTo(1);
            }
        }
    }

    @Test
    void aConnectionThatBreaksWhileNoLookupAnswersIsMadeAgain() throws Exception {
        AtomicInteger sessions = new AtomicInteger();
        FakeNsqd.Script breakingOnce = session -> {
            if (sessions.incrementAndGet() > 1) {
                delivering("again").run(session);
            }
            session.expect("SUB");
        };
        try (FakeNsqd one = new FakeNsqd(breakingOnce)) {
            answer = naming(one);
            try (Consumer consumer = consumer(Duration.ofHours(1))) {
                await().until(() -> sessions.get() > 0);
                status = 500;
                await().until(() -> handled.contains("again"));
                assertThat(consumer.stats().connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void aLookupThatFailsIsAskedAgain() throws Exception {
        try (FakeNsqd one = new FakeNsqd(delivering("one"))) {
            status = 404;
            try (Consumer consumer = consumer(Duration.ofMillis(20))) {
                await().until(() -> asked.get() > 2);
                status = 500;
                await().until(() -> asked.get() > 4);
                status = 200;
                answer = "{\"producers\":[{\"tcp_port\":1}, 7, {\"broadcast_address\":\"a\",\"tcp_port\":70000}]}";
                await().until(() -> asked.get() > 6);
                assertThat(consumer.stats().connections()).isZero();
                answer = naming(one);
                await().until(() -> handled.contains("one"));
            }
        }
    }

    @Test
    void answersOfAllAgesAreRead() {
        String old = "{\"status_code\":200,\"data\":{\"producers\":[{\"broadcast_address\":\"a\",\"tcp_port\":7}]}}";
        assertThat(Lookup.producers(old)).containsExactly(new ServerAddress("a", 7));
        assertThat(Lookup.producers("{\"producers\":[]}")).isEmpty();
        for (String wrong : List.of("[]", "{}", "{\"producers\":{}}")) {
            assertThatThrownBy(() -> Lookup.producers(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Lookup.parse("a:4161").toString()).isEqualTo("http://a:4161");
        assertThat(Lookup.parse("https://a/x/").getPath()).isEqualTo("/x/");
    }

    @Test
    void anAddressThatIsNoneDoesNotHarmTheOthers() {
        assertThat(Lookup.producers("{\"producers\":[1,{\"tcp_port\":1},{\"broadcast_address\":\"\",\"tcp_port\":1},"
                        + "{\"broadcast_address\":\"a\",\"tcp_port\":0},{\"broadcast_address\":\"a\",\"tcp_port\":1e9},"
                        + "{\"broadcast_address\":\"b\",\"tcp_port\":7}]}"))
                .containsExactly(new ServerAddress("b", 7));
    }

    @Test
    void aLookupThatNamesServersWithoutEndIsHeardToALimit() {
        String many = java.util.stream.IntStream.range(0, Lookup.SERVERS_MAX + 10)
                .mapToObj(i -> "{\"broadcast_address\":\"h" + i + "\",\"tcp_port\":4150}")
                .collect(Collectors.joining(",", "{\"producers\":[", "]}"));
        assertThat(Lookup.producers(many)).hasSize(Lookup.SERVERS_MAX);
    }
}
