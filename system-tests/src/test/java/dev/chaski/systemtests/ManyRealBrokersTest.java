package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.client.Consumer;
import dev.chaski.client.Message;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A consumer with many real brokers behind a {@code chaski lookupd}: they go, and come back on other ports, under load
 * and among hosts that lie. {@code -Dchaski.many.brokers=100}, as {@code -Pwhole} has it, takes a hundred of them, and
 * minutes; without it the test is left out.
 */
@Timeout(600)
class ManyRealBrokersTest {
    private static final String TOPIC = "orders";
    private static final int BROKERS = Integer.getInteger("chaski.many.brokers", 0);
    private static final boolean IS_WHOLE = BROKERS >= 100;
    private static final int TENTH = Math.max(2, BROKERS / 10);
    private static final int IN_FLIGHT_MAX = BROKERS * 3 / 2;
    private static final Duration POLL = IS_WHOLE ? Duration.ofSeconds(5) : Duration.ofSeconds(1);
    /** The longest that a consumer waits until it asks the lookup again: a poll, and up to 30 % of it. */
    private static final Duration POLL_MOST = POLL.multipliedBy(13).dividedBy(10);
    /** Connecting, and shifting what is in flight, on a busy machine. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration WORK = Duration.ofMillis(5);

    @TempDir
    private Path data;

    private final Set<String> handled = ConcurrentHashMap.newKeySet();
    private final AtomicInteger handling = new AtomicInteger();
    private final AtomicInteger handlingMost = new AtomicInteger();
    private final AtomicInteger inFlightMost = new AtomicInteger();
    private final List<LyingNode> liars = new ArrayList<>();
    private ChaskiCommand lookupd;
    private int lookupPort;
    private HttpDoor lookup;

    @BeforeEach
    void startLookup() throws IOException {
        Assumptions.assumeTrue(BROKERS > 0, "chaski.many.brokers says how many");
        lookupPort = NsqTool.freePort();
        int http = NsqTool.freePort();
        lookupd = ChaskiCommand.start(
                "lookupd",
                "--tcp-address=127.0.0.1:" + lookupPort,
                "--http-address=127.0.0.1:" + http,
                "--data-path=" + data.resolve("lookup"),
                "--log-level=error");
        lookup = new HttpDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), http));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> lookup.get("/ping").status() == 200);
    }

    @AfterEach
    void stopLookup() throws IOException {
        for (LyingNode liar : liars) {
            liar.close();
        }
        if (lookupd != null) {
            lookupd.close();
        }
    }

    private static void await(Duration limit, ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }

    private Set<Integer> named() throws IOException, InterruptedException {
        Set<Integer> ports = new HashSet<>();
        JsonNode answer =
                new ObjectMapper().readTree(lookup.get("/lookup?topic=" + TOPIC).body());
        answer.path("producers").forEach(node -> ports.add(node.path("tcp_port").asInt()));
        return ports;
    }

    private void handle(Message message) throws InterruptedException {
        handlingMost.accumulateAndGet(handling.incrementAndGet(), Math::max);
        try {
            // What a handler does, so that what is in flight is seen to overlap.
            TimeUnit.NANOSECONDS.sleep(WORK.toNanos());
            handled.add(message.text());
        } finally {
            handling.decrementAndGet();
        }
    }

    private Consumer consumer(String channel, int inFlightMax) {
        return Consumer.builder(TOPIC, channel)
                .lookups(lookup.base())
                .lookupInterval(POLL)
                .closeTimeout(Duration.ofSeconds(1)) // some liars never answer
                .inFlightMax(inFlightMax)
                // More than may be in flight: were there more, they would be handled at a time, and be seen.
                .concurrency(2 * inFlightMax)
                .handler(this::handle)
                .build();
    }

    /** Until this moment nobody could know; from here on the consumer has one poll. */
    private void awaitConverged(String what, EmbeddedBrokers brokers, Consumer consumer) throws Exception {
        await(Duration.ofSeconds(60), () -> {
            Set<Integer> named = named();
            assertThat(named).containsAll(brokers.ports());
        });
        long startNs = System.nanoTime();
        await(POLL_MOST.plus(GRACE), () -> {
            assertThat(consumer.stats().connections()).isEqualTo(brokers.ports().size());
            brokers.assertServes("billing");
        });
        say(
                "%s: %d brokers, each with RDY after %d ms; a poll is %d to %d ms",
                what,
                brokers.ports().size(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs),
                POLL.toMillis(),
                POLL_MOST.toMillis());
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }

    private void lie(EmbeddedBrokers brokers) throws IOException {
        int neighbour = brokers.ports().iterator().next();
        for (int i = 0; i < 3; i++) {
            liars.add(LyingNode.saying(lookupPort, TOPIC, ""));
            liars.add(LyingNode.saying(lookupPort, TOPIC, "HTTP/1.1 400 Bad Request\r\n\r\n"));
            liars.add(LyingNode.saying(lookupPort, TOPIC, "\177\177\177\177\0\0\0\2"));
            liars.add(LyingNode.claiming(lookupPort, TOPIC, "127.0.0.1", NsqTool.freePort()));
            liars.add(LyingNode.claiming(lookupPort, TOPIC, "no-such-host-" + i + ".invalid", 4150));
            liars.add(LyingNode.claiming(lookupPort, TOPIC, "127.0.0.1", neighbour));
        }
    }

    @Test
    void theConsumerFollowsThemWithinAPollAndNeverHasMoreInFlightThanItMay() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        try (EmbeddedBrokers brokers = new EmbeddedBrokers(data, lookupPort, TOPIC, BROKERS)) {
            long startNs = System.nanoTime();
            brokers.start(0, BROKERS);
            say(
                    "%d brokers in %d ms; %s",
                    BROKERS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs), memory());
            brokers.publishToEach(10);
            try (Consumer consumer = consumer("billing", IN_FLIGHT_MAX)) {
                Thread watch = Thread.ofPlatform().daemon().start(() -> watch(consumer, isOver));
                Thread load = Thread.ofVirtual().start(() -> load(brokers, isOver));
                awaitConverged("at the start", brokers, consumer);
                lie(brokers);
                awaitConverged("with " + liars.size() + " liars", brokers, consumer);
                brokers.stop(0, TENTH);
                awaitConverged("when " + TENTH + " went", brokers, consumer);
                brokers.start(0, TENTH);
                brokers.publishToEach(10);
                awaitConverged("when they were back elsewhere", brokers, consumer);
                brokers.stop(0, BROKERS / 2);
                brokers.start(0, BROKERS / 2);
                brokers.publishToEach(10);
                awaitConverged("when half of them moved at once", brokers, consumer);
                isOver.set(true);
                load.join();
                await(Duration.ofMinutes(2), () -> assertThat(handled).containsAll(brokers.acknowledged()));
                watch.join();
                say(
                        "%d messages; in flight at most %d, handled at a time at most %d, allowed %d; %s",
                        brokers.acknowledged().size(), inFlightMost.get(), handlingMost.get(), IN_FLIGHT_MAX, memory());
                assertThat(handlingMost).hasValueBetween(2, IN_FLIGHT_MAX);
                assertThat(inFlightMost).hasValueBetween(2, IN_FLIGHT_MAX);
            }
            if (IS_WHOLE) {
                fewerInFlightThanBrokers(brokers);
            }
        }
    }

    /** Not all can have RDY: they take turns, and all are served. */
    private void fewerInFlightThanBrokers(EmbeddedBrokers brokers) throws Exception {
        handled.clear();
        handlingMost.set(0);
        inFlightMost.set(0);
        AtomicBoolean isOver = new AtomicBoolean();
        int few = BROKERS / 2;
        long startNs = System.nanoTime();
        try (Consumer consumer = consumer("archive", few)) {
            Thread watch = Thread.ofPlatform().daemon().start(() -> watch(consumer, isOver));
            await(
                    POLL_MOST.plus(GRACE),
                    () -> assertThat(consumer.stats().connections()).isEqualTo(BROKERS));
            Set<String> before = Set.copyOf(brokers.acknowledged());
            brokers.publishToEach(10);
            Set<String> fresh = new HashSet<>(brokers.acknowledged());
            fresh.removeAll(before);
            await(Duration.ofMinutes(5), () -> assertThat(handled).containsAll(fresh));
            isOver.set(true);
            watch.join();
        }
        say(
                "%d brokers with %d in flight: all were served after %d s; in flight at most %d",
                BROKERS, few, Duration.ofNanos(System.nanoTime() - startNs).toSeconds(), inFlightMost.get());
        assertThat(handlingMost).hasValueBetween(1, few);
        assertThat(inFlightMost).hasValueBetween(1, few);
    }

    private void watch(Consumer consumer, AtomicBoolean isOver) {
        while (!isOver.get()) {
            inFlightMost.accumulateAndGet(consumer.stats().inFlight(), Math::max);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        }
    }

    /** Publishes on and on, with some messages waiting all the time. */
    private void load(EmbeddedBrokers brokers, AtomicBoolean isOver) {
        try {
            while (!isOver.get()) {
                if (brokers.acknowledged().size() - handled.size() < 10 * IN_FLIGHT_MAX) {
                    brokers.publishSomewhere();
                } else {
                    TimeUnit.NANOSECONDS.sleep(WORK.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String memory() throws IOException {
        long heapBytes =
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("0");
        return (heapBytes >> 20) + " MiB of heap, " + Long.parseLong(resident) / 1024 + " MiB resident, "
                + ManagementFactory.getThreadMXBean().getThreadCount() + " threads";
    }
}
