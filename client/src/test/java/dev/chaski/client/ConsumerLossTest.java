package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A consumer whose connections are lost, shared, or bring what was not asked for. */
class ConsumerLossTest extends ConsumerFixture {
    @Test
    void heartbeatsAreAnsweredWhileAllHandlersAreBusy() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            subscribe(session, "a", "b", "c", "d");
            session.heartbeat();
            session.expect("NOP");
            free.countDown();
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer =
                        settings(server).handler(message -> free.await()).build()) {
            await().until(() -> consumer.stats().finished() == 4);
            assertThat(server.accepted()).isOne();
        }
    }

    @Test
    void afterALostConnectionItSubscribesAgainAndLeavesWhatWillComeAgain() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        CountDownLatch cut = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            if (lives.incrementAndGet() == 1) {
                subscribe(session, "a", "b");
                cut.await();
                session.cut();
            } else {
                subscribe(session, "a", "b");
                listen(session);
            }
        };
        List<Exception> failures = new CopyOnWriteArrayList<>();
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer = settings(server)
                        .inFlightMax(10)
                        .onFailure(failures::add)
                        .handler(message -> {
                            handled.add(message.text());
                            // The first message's handler sees the connection go.
                            if (lives.get() == 1) {
                                await().until(() -> lives.get() == 2);
                            }
                        })
                        .build()) {
            await().until(() -> consumer.stats().received() == 2);
            cut.countDown();
            await().until(() ->
                    consumer.stats().received() == 4 && consumer.stats().inFlight() == 0);
            assertThat(handled).containsExactly("a", "a", "b");
            assertThat(consumer.stats().left()).isOne();
            assertThat(failures).isNotEmpty();
        }
    }

    @Test
    void aMessageWhoseTimeOutPassedInTheQueueIsLeftToTheServer() throws Exception {
        CountDownLatch areBothHere = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            subscribe(session, "slow", "late");
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script).agreement(Map.of("msg_timeout", 50));
                Consumer consumer = settings(server)
                        .inFlightMax(10)
                        .handler(message -> {
                            handled.add(message.text());
                            areBothHere.await();
                            long sinceNs = System.nanoTime();
                            await().until(() -> System.nanoTime() - sinceNs > TimeUnit.MILLISECONDS.toNanos(200));
                        })
                        .build()) {
            await().until(() -> consumer.stats().received() == 2);
            areBothHere.countDown();
            await().until(() ->
                    consumer.stats().inFlight() == 0 && consumer.stats().received() == 2);
            assertThat(handled).containsExactly("slow");
            assertThat(consumer.stats().left()).isOne();
        }
    }

    @Test
    void aRefusedFinishIsCountedAndAnyOtherErrorEndsTheConnection() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            if (lives.incrementAndGet() == 1) {
                session.expect("SUB");
                session.error("E_BAD_CHANNEL SUB channel name \"billing\" is not valid");
                return;
            }
            subscribe(session, "a");
            session.expect("FIN");
            session.error("E_FIN_FAILED FIN " + ID + "0 failed ID not in flight");
            session.message(ID + "1", 1, "b");
            listen(session);
        };
        List<Exception> failures = new CopyOnWriteArrayList<>();
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer = settings(server)
                        .onFailure(failures::add)
                        .handler(message -> handled.add(message.text()))
                        .build()) {
            await().until(() -> handled.size() == 2);
            assertThat(consumer.stats().refusedAnswers()).isOne();
            assertThat(failures).hasSize(1);
            assertThat(failures.getFirst()).hasMessageStartingWith("E_BAD_CHANNEL");
            assertThat(server.accepted()).isEqualTo(2);
        }
    }

    @Test
    void readyIsSharedAndGivenBackWhenOneServerIsGone() throws Exception {
        BlockingQueue<String> firstLines = new LinkedBlockingQueue<>();
        FakeNsqd.Script first = session -> {
            session.expect("SUB");
            session.ok();
            while (true) {
                firstLines.add(session.read().line());
            }
        };
        FakeNsqd.Script second = session -> {
            session.expect("SUB");
            session.ok();
            session.read(); // RDY, or CLS at the end
            session.cut();
        };
        try (FakeNsqd one = new FakeNsqd(first);
                FakeNsqd two = new FakeNsqd(second);
                Consumer consumer = settings(one)
                        .inFlightMax(10)
                        .handler(message -> {})
                        .closeTimeout(Duration.ofMillis(50))
                        .build()) {
            assertThat(firstLines.poll(20, TimeUnit.SECONDS)).isEqualTo("RDY 10");
            try (Consumer other = settings(one, two)
                    .inFlightMax(8)
                    .handler(message -> {})
                    .closeTimeout(Duration.ofMillis(50))
                    .build()) {
                // Alone, shared, and alone again, as often as the second comes and goes.
                await().until(() -> firstLines.contains("RDY 4") && firstLines.contains("RDY 8"));
                assertThat(other.stats().connections()).isBetween(1, 2);
            }
            consumer.inFlightMax(3);
            await().until(() -> firstLines.contains("RDY 3"));
            consumer.pause();
            await().until(() -> firstLines.contains("RDY 0"));
            firstLines.clear();
            consumer.resume();
            assertThat(firstLines.poll(20, TimeUnit.SECONDS)).isEqualTo("RDY 3");
        }
    }

    @Test
    void aServerThatSendsFarMoreThanItWasAskedForIsLeftAndHarmsNoOther() throws Exception {
        FakeNsqd.Script flooding = session -> {
            session.expect("SUB");
            session.ok();
            session.read(); // RDY, or CLS at the end
            for (int i = 0; i < 5_000; i++) {
                session.message("0123456789ab" + (1_000 + i % 9_000), 1, "flood");
            }
            listen(session);
        };
        FakeNsqd.Script honest = session -> {
            subscribe(session, "a", "b", "c");
            session.heartbeat();
            listen(session);
        };
        CountDownLatch failed = new CountDownLatch(1);
        try (FakeNsqd liar = new FakeNsqd(flooding);
                FakeNsqd server = new FakeNsqd(honest);
                Consumer consumer = settings(liar, server)
                        .inFlightMax(10)
                        .grace(Duration.ofMillis(20))
                        .onFailure(why -> {
                            if (why.toString().contains("were asked for")) {
                                failed.countDown();
                            }
                        })
                        .handler(message -> {
                            if (message.text().equals("flood")) {
                                failed.await();
                            }
                            handled.add(message.text());
                        })
                        .build()) {
            assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
            await().until(() -> handled.containsAll(List.of("a", "b", "c")) && lines.contains("NOP"));
            assertThat(server.accepted()).isOne();
            assertThat(consumer.stats().received()).isLessThan(5_000);
        }
    }
}
