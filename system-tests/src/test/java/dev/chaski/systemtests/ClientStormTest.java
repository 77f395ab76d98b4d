package dev.chaski.systemtests;

import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.client.ProducerStats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our producer and consumer under load, while their broker is stopped or killed, or their lines are cut, slowed down or
 * broken in the middle of a frame, over and over. {@code -Dchaski.crash.rounds=} says how often.
 */
class ClientStormTest {
    private static final int ROUNDS = Integer.getInteger("chaski.crash.rounds", 5);
    /** After so long comes again what was in flight on a connection that was lost: by NSQ's rules its end is not enough. */
    private static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** So many messages may wait for a slow consumer; then the publishers pause. */
    private static final int BACKLOG_MAX = 1_000;

    private static final long PAUSE_NS = Duration.ofMillis(1).toNanos();
    private static final String TOPIC = "orders";
    private static final String CHANNEL = "billing";
    private static final AtomicInteger PUBLISHERS = new AtomicInteger();

    private enum Trouble {
        TERM,
        KILL,
        CUT_PRODUCER,
        CUT_CONSUMER,
        DELAY,
        HALF_THEN_CUT,
        HALF_THEN_STALL
    }

    private final ClientLedger ledger = new ClientLedger();
    private final Random random = Seed.random("ClientStormTest");
    private final Map<Trouble, Integer> troubles = new EnumMap<>(Trouble.class);
    private int port;
    private BrokerProcess broker;
    private BadLine producerLine;
    private BadLine consumerLine;

    @TempDir
    private Path data;

    @Test
    void everyAcknowledgedMessageIsHandledAndNoneTwiceWithoutAReasonThroughAStorm() throws Exception {
        Leaks before = null;
        long messages = 0;
        long resent = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            start();
            try (BadLine producing = new BadLine(broker.tcp());
                    BadLine consuming = new BadLine(broker.tcp())) {
                producerLine = producing;
                consumerLine = consuming;
                ProducerStats stats = round();
                messages += stats.acknowledged();
                resent += stats.resent();
                ledger.assertKept(stats.resent());
                System.out.printf("round %d of %d: %d messages acknowledged so far%n", round, ROUNDS, messages);
                Awaitility.await("sockets closed")
                        .atMost(PATIENCE)
                        .until(() -> producing.open() + consuming.open() == 0);
            }
            if (round == 1 || round == ROUNDS) {
                broker.stop();
                before = before == null ? Leaks.now() : before;
            }
        }
        Leaks.assertNoMoreThan(before);
        System.out.printf(
                "%d rounds %s: %d messages acknowledged, %d sent again, %d stored twice; handled again after a trouble"
                        + " %d, handled without one and never again %d%n",
                ROUNDS, troubles, messages, resent, ledger.copies(), ledger.again(), ledger.unharmed());
    }

    /** Where it was before, if it was. */
    private void start() throws IOException {
        if (broker == null || !broker.isAlive()) {
            broker = BrokerProcess.start(data, "--tcp-address=127.0.0.1:" + port);
            port = broker.tcp().getPort();
        }
    }

    private ProducerStats round() throws Exception {
        broker.http().must("/topic/create?topic=" + TOPIC);
        broker.http().must("/channel/create?topic=" + TOPIC + "&channel=" + CHANNEL);
        Producer producer = producer();
        Consumer consumer = consumer();
        try (producer;
                consumer) {
            Load load = new Load(producer, 1 + random.nextInt(3));
            awaitStored(100 + random.nextInt(1_000));
            for (int count = 1 + random.nextInt(2); count > 0; count--) {
                Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
                troubles.merge(trouble, 1, Integer::sum);
                happen(trouble);
                awaitStored(ledger.stored() + 100 + random.nextInt(1_000));
            }
            load.stop();
            Awaitility.await("messages missing").atMost(PATIENCE).until(() -> ledger.missing() == 0);
            // What was stored though nobody heard of it is handled, too.
            Awaitility.await("the channel is empty").atMost(PATIENCE).until(this::isDrained);
            // The next round knows nothing of these messages: their finishes are to be durable before it.
            Moments.letPass(Grace.now());
        }
        return producer.stats();
    }

    private void awaitStored(int count) {
        Awaitility.await("load")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ledger.stored() >= count);
    }

    private boolean isDrained() throws IOException, InterruptedException {
        var channel = broker.http().channel(TOPIC, CHANNEL);
        return channel.path("depth").asInt() == 0
                && channel.path("in_flight_count").asInt() == 0;
    }

    private Producer producer() {
        ProducerBuilder settings = Producer.builder()
                .hosts(producerLine.address())
                .heartbeatInterval(Duration.ofSeconds(2))
                .publishTimeout(Duration.ofSeconds(60))
                .resendUnanswered(random.nextBoolean())
                .inFlightMax(1 + random.nextInt(1_000))
                .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200));
        return settings.build();
    }

    private Consumer consumer() {
        int workMicros = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
        return Consumer.builder(TOPIC, CHANNEL)
                .servers(consumerLine.address())
                .heartbeatInterval(Duration.ofSeconds(2))
                .concurrency(1 + random.nextInt(8))
                .inFlightMax(1 + random.nextInt(500))
                .messageTimeout(MESSAGE_TIMEOUT)
                .attemptsMax(0)
                .reconnectBackoff(Duration.ofMillis(10), Duration.ofMillis(200))
                .handler(message -> {
                    long fromNs = System.nanoTime();
                    if (workMicros > 0) {
                        LockSupport.parkNanos(workMicros * 1_000L);
                    }
                    ledger.handled(message, fromNs, System.nanoTime());
                })
                .build();
    }

    private void happen(Trouble trouble) throws Exception {
        long fromNs = System.nanoTime();
        switch (trouble) {
            case TERM -> {
                broker.stop();
                ledger.trouble(fromNs, System.nanoTime());
                start();
            }
            case KILL -> {
                broker.killMinusNine();
                ledger.trouble(fromNs, System.nanoTime());
                broker.assertNoErrors();
                start();
            }
            case CUT_PRODUCER -> producerLine.cut();
            case CUT_CONSUMER -> {
                consumerLine.cut();
                ledger.trouble(fromNs, System.nanoTime());
            }
            case DELAY -> delay();
            case HALF_THEN_CUT -> halve(BadLine.Then.CUT);
            case HALF_THEN_STALL -> halve(BadLine.Then.STALL);
        }
    }

    /** Late is not lost: nothing may be handled again for it. */
    private void delay() {
        producerLine.delay(Duration.ofMillis(random.nextInt(20)));
        consumerLine.delay(Duration.ofMillis(random.nextInt(20)));
        awaitStored(ledger.stored() + 1 + random.nextInt(200));
        producerLine.delay(Duration.ZERO);
        consumerLine.delay(Duration.ZERO);
    }

    private void halve(BadLine.Then then) {
        BadLine line = random.nextBoolean() ? producerLine : consumerLine;
        BadLine.Way way = random.nextBoolean() ? BadLine.Way.TO_BROKER : BadLine.Way.TO_CLIENT;
        long fromNs = System.nanoTime();
        line.halve(way, then, random.nextDouble());
        Awaitility.await("a new connection")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(line::isRenewed);
        if (line == consumerLine) {
            ledger.trouble(fromNs, System.nanoTime());
        }
    }

    /** Threads that publish, as fast as the producer takes it. */
    private final class Load {
        private final Producer producer;
        private final Phaser unanswered = new Phaser(1);
        private final Thread[] threads;
        private volatile boolean isOver;

        Load(Producer producer, int publishers) {
            this.producer = producer;
            threads = new Thread[publishers];
            for (int i = 0; i < publishers; i++) {
                long seed = random.nextLong();
                threads[i] = Thread.ofVirtual().start(() -> publish(new Random(seed)));
            }
        }

        private void publish(Random own) {
            int publisher = PUBLISHERS.incrementAndGet();
            for (int number = 0; !isOver; number++) {
                while (ledger.missing() > BACKLOG_MAX) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
                Bodies.Key key = new Bodies.Key(publisher, number);
                ledger.publishing(key);
                unanswered.register();
                producer.publishAsync(TOPIC, Bodies.of(key, own.nextInt(400))).whenComplete((nothing, failure) -> {
                    ledger.answered(key, failure);
                    unanswered.arriveAndDeregister();
                });
            }
        }

        void stop() throws InterruptedException {
            isOver = true;
            for (Thread thread : threads) {
                thread.join();
            }
            unanswered.arriveAndAwaitAdvance();
        }
    }
}
