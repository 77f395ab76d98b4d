package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a consumer does with messages. */
class ConsumerTest extends ConsumerFixture {
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
