package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

/** A consumer and a server that says what each test wants, over a real socket. */
class ConsumerTest {
    private static final String ID = "0123456789abcde";

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();

    private static ConsumerBuilder settings(FakeNsqd... servers) {
        ConsumerBuilder builder = Consumer.builder("orders", "billing")
                .closeTimeout(Duration.ofSeconds(10))
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
        for (FakeNsqd server : servers) {
            builder.servers(server.address());
        }
        return builder;
    }

    /** Answers SUB, waits for the first RDY, and delivers. */
    private static void subscribe(FakeNsqd.Session session, String... bodies) throws Exception {
        session.expect("SUB");
        session.ok();
        session.expect("RDY");
        for (int i = 0; i < bodies.length; i++) {
            session.message(ID + i, 1, bodies[i]);
        }
    }

    /** Notes what is said, and answers CLS. */
    private void listen(FakeNsqd.Session session) throws Exception {
        while (true) {
            String line = session.read().line();
            lines.add(line);
            if (line.equals("CLS")) {
                session.respond("CLOSE_WAIT");
            }
        }
    }

    private String nextLine() throws InterruptedException {
        return lines.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void aMessageIsHandledAndFinished() throws Exception {
        BlockingQueue<Message> seen = new LinkedBlockingQueue<>();
        FakeNsqd.Script script = session -> {
            assertThat(session.expect("SUB").line()).isEqualTo("SUB orders billing");
            session.ok();
            assertThat(session.read().line()).isEqualTo("RDY 7");
            session.message("0123456789abcdef", 3, "hello");
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer = settings(server)
                        .inFlightMax(7)
                        .handler(seen::add)
                        .messageTimeout(Duration.ofSeconds(5))
                        .sampleRate(50)
                        .topology("z", "r")
                        .build()) {
            assertThat(nextLine()).isEqualTo("FIN 0123456789abcdef");
            Message message = seen.take();
            assertThat(message.id()).isEqualTo("0123456789abcdef");
            assertThat(message.text()).isEqualTo("hello");
            assertThat(message.attempts()).isEqualTo(3);
            assertThat(message.isSettled()).isTrue();
            assertThat(message.server().toString()).isEqualTo(server.address());
            assertThat(Duration.between(message.timestamp(), java.time.Instant.now()))
                    .isLessThan(Duration.ofMinutes(1));
            assertThat(server.identify())
                    .contains("\"msg_timeout\":5000", "\"sample_rate\":50")
                    .contains("\"topology_zone\":\"z\"", "\"topology_region\":\"r\"");
            assertThat(consumer.stats().finished()).isOne();
        }
    }

    @Test
    void aHandlerThatThrowsRequeuesAndBacksOff() throws Exception {
        FakeNsqd.Script script = session -> {
            session.expect("SUB");
            session.ok();
            session.expect("RDY");
            session.message("0123456789abcdef", 2, "hello");
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer = settings(server)
                        .handler(message -> {
                            throw new IllegalStateException("not now");
                        })
                        .requeueDelay(Duration.ofMillis(300), Duration.ofSeconds(5))
                        .backoff(Duration.ofMillis(10), Duration.ofSeconds(1))
                        .build()) {
            assertThat(nextLine()).isEqualTo("REQ 0123456789abcdef 600");
            assertThat(nextLine()).isEqualTo("RDY 0");
            assertThat(nextLine()).isEqualTo("RDY 1");
            assertThat(consumer.stats().backoffLevel()).isOne();
            assertThat(consumer.stats().requeued()).isOne();
        }
    }

    @Test
    void whatAHandlerSettledItselfIsSettledOnce() throws Exception {
        try (FakeNsqd server = new FakeNsqd(session -> {
                    subscribe(session, "postpone", "finish", "touch");
                    listen(session);
                });
                Consumer consumer = settings(server)
                        .inFlightMax(10)
                        .handler(message -> {
                            switch (message.text()) {
                                case "postpone" -> message.postpone(Duration.ofMillis(5));
                                case "finish" -> {
                                    message.finish();
                                    message.requeue(Duration.ZERO);
                                }
                                default -> message.touch();
                            }
                        })
                        .build()) {
            assertThat(nextLine()).isEqualTo("REQ " + ID + "0 5");
            assertThat(nextLine()).isEqualTo("FIN " + ID + "1");
            assertThat(nextLine()).isEqualTo("TOUCH " + ID + "2");
            assertThat(nextLine()).isEqualTo("FIN " + ID + "2");
            await().until(() -> consumer.stats().inFlight() == 0);
            assertThat(consumer.stats().backoffLevel()).isZero();
        }
    }

    @Test
    void inManualModeNothingIsFinishedByItself() throws Exception {
        BlockingQueue<Message> kept = new LinkedBlockingQueue<>();
        try (FakeNsqd server = new FakeNsqd(session -> {
                    subscribe(session, "a", "b");
                    listen(session);
                });
                Consumer consumer = settings(server)
                        .inFlightMax(10)
                        .manualHandler(kept::add)
                        .build()) {
            Message first = kept.take();
            Message second = kept.take();
            assertThat(consumer.stats().inFlight()).isEqualTo(2);
            second.finish();
            assertThat(nextLine()).isEqualTo("FIN " + ID + "1");
            first.requeue(Duration.ofSeconds(1));
            assertThat(nextLine()).isEqualTo("REQ " + ID + "0 1000");
        }
    }

    @Test
    void aBatchIsHandledAtOnceAndNotWaitedForForEver() throws Exception {
        List<List<String>> batches = new CopyOnWriteArrayList<>();
        try (FakeNsqd server = new FakeNsqd(session -> {
                    subscribe(session, "a", "b", "c", "d", "e");
                    listen(session);
                });
                Consumer consumer = settings(server)
                        .inFlightMax(10)
                        .batchHandler(
                                3,
                                Duration.ofMillis(200),
                                messages -> batches.add(
                                        messages.stream().map(Message::text).toList()))
                        .build()) {
            await().until(() -> consumer.stats().finished() == 5);
            assertThat(batches.getFirst()).containsExactly("a", "b", "c");
            assertThat(batches.stream().flatMap(List::stream)).containsExactly("a", "b", "c", "d", "e");
        }
    }

    @Test
    void aMessageThatCameTooOftenIsGivenUp() throws Exception {
        try (FakeNsqd server = new FakeNsqd(session -> {
                    subscribe(session);
                    session.message(ID + "a", 3, "good");
                    session.message(ID + "b", 4, "hopeless");
                    listen(session);
                });
                Consumer consumer = settings(server)
                        .attemptsMax(3)
                        .handler(message -> handled.add(message.text()))
                        .onGiveUp(message -> handled.add("gave up " + message.text()))
                        .build()) {
            await().until(() -> consumer.stats().finished() == 2);
            assertThat(handled).containsExactly("good", "gave up hopeless");
            assertThat(consumer.stats().givenUp()).isOne();
        }
    }

    @Test
    void asManyHandlersRunAsAllowed() throws Exception {
        CountDownLatch all = new CountDownLatch(3);
        try (FakeNsqd server = new FakeNsqd(session -> {
                    subscribe(session, "a", "b", "c");
                    listen(session);
                });
                Consumer consumer = settings(server)
                        .concurrency(3)
                        .handler(message -> {
                            all.countDown();
                            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
                        })
                        .build()) {
            await().until(() -> consumer.stats().finished() == 3);
        }
    }

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
            session.expect("RDY");
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
    void closingLetsHandlersFinishWhatHasComeAndThenLeavesTheServer() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            subscribe(session, "a", "b");
            session.expect("CLS");
            session.message(ID + "2", 1, "on its way");
            session.respond("CLOSE_WAIT");
            asked.countDown();
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script)) {
            Consumer consumer = settings(server)
                    .inFlightMax(10)
                    .handler(message -> {
                        free.await();
                        handled.add(message.text());
                    })
                    .build();
            await().until(() -> consumer.stats().received() == 2);
            Thread closing = Thread.ofVirtual().start(consumer::close);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            free.countDown();
            closing.join();
            assertThat(handled).containsExactly("a", "b", "on its way");
            assertThat(lines).containsExactly("FIN " + ID + "0", "FIN " + ID + "1", "FIN " + ID + "2");
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void closingIsBoundedAndGivesBackWhatWasNotDone() throws Exception {
        FakeNsqd.Script script = session -> {
            subscribe(session, "stuck", "waiting");
            listen(session);
        };
        try (FakeNsqd server = new FakeNsqd(script)) {
            Consumer consumer = settings(server)
                    .inFlightMax(10)
                    .closeTimeout(Duration.ofMillis(100))
                    .handler(message -> new CountDownLatch(1).await())
                    .build();
            await().until(() -> consumer.stats().received() == 2);
            consumer.close();
            consumer.close();
            assertThat(lines).containsExactlyInAnyOrder("CLS", "REQ " + ID + "0 0", "REQ " + ID + "1 0");
            assertThat(consumer.stats().inFlight()).isZero();
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void aConsumerThatCannotWorkIsNotBuilt() {
        assertThatThrownBy(() -> Consumer.builder("or ders", "billing")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Consumer.builder("orders", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Consumer.builder("a", "b").servers("127.0.0.1").build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Consumer.builder("a", "b").handler(m -> {}).build())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Consumer.builder("a", "b").handler(m -> {}).handler(m -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Consumer.builder("a", "b").lookups("ftp://x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Consumer.builder("a", "b").sampleRate(100))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
