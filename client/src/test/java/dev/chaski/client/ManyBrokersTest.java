package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A consumer with a hundred brokers behind a lookup that also names hosts that are no brokers. */
class ManyBrokersTest {
    private static final int BROKERS = 100;
    private static final int MESSAGES = 20;
    private static final int IN_FLIGHT_MAX = 150;
    /** Liars that say OK to all they are asked, and so are counted as connections. */
    private static final int WELL_SPOKEN = 5;

    /** Longer than this test's threads stand still on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> handled = new ConcurrentHashMap<>();
    private final History history = new History();
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private HttpServer lookup;

    /** What servers heard of RDY, in the order in which they heard it. */
    private static final class History {
        private final Map<Broker, Integer> ready = new HashMap<>();
        private int most;

        synchronized void heard(Broker broker, int count) {
            if (!broker.isGone) {
                ready.put(broker, count);
            }
            most = Math.max(most, ready.values().stream().mapToInt(each -> each).sum());
        }

        /** Before it closes: the consumer may know at once, and ask others. */
        synchronized void going(Broker broker) {
            broker.isGone = true;
            ready.remove(broker);
        }

        synchronized int most() {
            return most;
        }

        synchronized long served() {
            return ready.values().stream().filter(each -> each > 0).count();
        }
    }

    /** A broker with some messages, who delivers as many as it is asked for. */
    private final class Broker {
        private final String name;
        private final FakeNsqd server;
        private boolean isGone;

        Broker(String name) throws IOException {
            this.name = name;
            server = new FakeNsqd(this::serve);
            open.add(server);
            named.add("127.0.0.1:" + server.port());
        }

        private void serve(FakeNsqd.Session session) throws Exception {
            int ready = 0;
            int inFlight = 0;
            int sent = 0;
            session.expect("SUB");
            session.ok();
            while (true) {
                for (; inFlight < ready && sent < MESSAGES; inFlight++, sent++) {
                    session.message(String.format("%016x", sent), 1, name + "-" + sent);
                }
                FakeNsqd.Command command = session.read();
                switch (command.verb()) {
                    case "RDY" -> {
                        ready = Integer.parseInt(command.line().substring("RDY ".length()));
                        history.heard(this, ready);
                    }
                    case "FIN" -> inFlight--;
                    case "CLS" -> session.respond("CLOSE_WAIT");
                    default -> throw new AssertionError(command.line());
                }
            }
        }

        boolean isHandled() {
            return handled.entrySet().stream()
                            .filter(each -> each.getKey().startsWith(name + "-") && each.getValue() == 1)
                            .count()
                    == MESSAGES;
        }
    }

    /** Accepts connections, and is no broker. */
    private void liar(String says) throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        List<Socket> accepted = new CopyOnWriteArrayList<>();
        open.add(socket);
        open.add(() -> {
            for (Socket each : accepted) {
                each.close();
            }
        });
        named.add("127.0.0.1:" + socket.getLocalPort());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket connection = socket.accept();
                    accepted.add(connection);
                    connection.getOutputStream().write(says.getBytes(StandardCharsets.UTF_8));
                    connection.getOutputStream().flush();
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    private static int deadPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @BeforeEach
    void start() throws IOException {
        SlowNames.begin();
        lookup = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        lookup.createContext("/lookup", exchange -> {
            byte[] body = named.stream()
                    .map(ServerAddress::parse)
                    .map(each -> "{\"broadcast_address\":\"" + each.host() + "\",\"tcp_port\":" + each.port() + "}")
                    .collect(Collectors.joining(",", "{\"producers\":[", "]}"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        lookup.start();
    }

    @AfterEach
    void stop() throws Exception {
        SlowNames.giveUp();
        lookup.stop(0);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void lies() throws IOException {
        for (int i = 0; i < WELL_SPOKEN; i++) {
            liar("");
            liar("HTTP/1.1 400 Bad Request\r\n\r\n");
            liar("\0\0\0\6\0\0\0\0OK\0\0\0\6\0\0\0\0OK");
            liar("\177\177\177\177\0\0\0\2");
            named.add("127.0.0.1:" + deadPort());
            named.add("no-such-host-" + i + ".slow.test:4150");
        }
    }

    @Test
    void allBrokersAreConsumedFromWithinOnePollAndTheMostInFlightIsNeverExceeded() throws Exception {
        List<Broker> brokers = new ArrayList<>();
        for (int i = 0; i < BROKERS; i++) {
            brokers.add(new Broker("b" + i));
        }
        lies();
        int onVirtualThreads = SlowNames.onVirtualThreads();
        long startNs = System.nanoTime();
        try (Consumer consumer = Consumer.builder("orders", "billing")
                .lookups("localhost:" + lookup.getAddress().getPort())
                .lookupInterval(POLL)
                .connectTimeout(Duration.ofSeconds(30))
                .closeTimeout(Duration.ofMillis(500)) // some liars do not answer CLS
                .reconnectBackoff(Duration.ofMillis(50), Duration.ofSeconds(1))
                .concurrency(20)
                .inFlightMax(IN_FLIGHT_MAX)
                .grace(GRACE)
                .handler(message -> handled.merge(message.text(), 1, Integer::sum))
                .build()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> history.served() >= BROKERS);
            Duration took = Duration.ofNanos(System.nanoTime() - startNs);
            assertThat(took).isLessThan(POLL);
            await().atMost(Duration.ofSeconds(60)).until(() -> brokers.stream().allMatch(Broker::isHandled));
            assertThat(brokers)
                    .allSatisfy(broker -> assertThat(broker.server.accepted()).isOne());
            assertThat(SlowNames.waiting()).isEqualTo(5);

            // Some go; the lookup, which is asked for that reason, names new ones in their place.
            List<Broker> fresh = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                fresh.add(new Broker("f" + i));
                named.remove("127.0.0.1:" + brokers.get(i).server.port());
            }
            for (int i = 0; i < 10; i++) {
                history.going(brokers.get(i));
                brokers.get(i).server.close();
            }
            await().atMost(POLL).until(() -> fresh.stream().allMatch(Broker::isHandled));
            await().untilAsserted(
                            () -> assertThat(consumer.stats().connections()).isEqualTo(BROKERS + WELL_SPOKEN));
            assertThat(handled)
                    .hasSize((BROKERS + 10) * MESSAGES)
                    .allSatisfy((body, times) -> assertThat(times).isOne());
            assertThat(history.most()).isBetween(BROKERS, IN_FLIGHT_MAX);
            assertThat(consumer.inFlightMost()).isBetween(1, IN_FLIGHT_MAX);
            assertThat(SlowNames.onVirtualThreads()).isEqualTo(onVirtualThreads);
            System.out.printf(
                    "%d brokers among %d names: each with RDY after %d ms; RDY at most %d, in flight at most %d of %d%n",
                    BROKERS, named.size(), took.toMillis(), history.most(), consumer.inFlightMost(), IN_FLIGHT_MAX);
        }
    }
}
