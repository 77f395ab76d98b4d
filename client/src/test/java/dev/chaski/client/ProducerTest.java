package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a producer says to its server, in which order, and how much of it at a time. */
class ProducerTest extends ProducerFixture {
    @Test
    void eachKindOfPublishIsTheCommandOfTheProtocol() throws Exception {
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings(server).build()) {
            producer.publish("orders", body("one"));
            producer.publishAll("orders", List.of(body("two"), body("three")));
            producer.publishDeferred("orders", body("later"), Duration.ofNanos(1_000_001));
            assertThat(commands.take()).satisfies(pub -> {
                assertThat(pub.line()).isEqualTo("PUB orders");
                assertThat(pub.text()).isEqualTo("one");
            });
            assertThat(commands.take()).satisfies(mpub -> {
                assertThat(mpub.line()).isEqualTo("MPUB orders");
                assertThat(mpub.text()).isEqualTo("\0\0\0\2\0\0\0\3two\0\0\0\5three");
            });
            assertThat(commands.take()).satisfies(dpub -> {
                assertThat(dpub.line()).isEqualTo("DPUB orders 000000000002");
                assertThat(dpub.text()).isEqualTo("later");
            });
            assertThat(producer.stats().acknowledged()).isEqualTo(3);
            assertThat(producer.stats().unanswered()).isZero();
            assertThat(producer.stats().bufferedBytes()).isZero();
        }
    }

    @Test
    void identifySaysWhoIsThere() throws Exception {
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings(server)
                        .clientId("till \"7\"")
                        .hostname("shop.example")
                        .userAgent("till/2")
                        .heartbeatInterval(Duration.ofSeconds(7))
                        .build()) {
            producer.publish("orders", body("one"));
            assertThat(server.identify())
                    .contains("\"client_id\":\"till \\\"7\\\"\"", "\"hostname\":\"shop.example\"")
                    .contains("\"user_agent\":\"till/2\"", "\"heartbeat_interval\":7000")
                    .contains("\"feature_negotiation\":true", "\"tls_v1\":false");
        }
    }

    @Test
    void answersBelongToPublishesInTheirOrder() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            for (int i = 0; i < 100; i++) {
                session.expect("PUB");
            }
            all.await();
            for (int i = 0; i < 100; i++) {
                if (i % 2 == 0) {
                    session.ok();
                } else {
                    session.error("E_PUB_FAILED PUB failed number " + i);
                }
            }
            session.drain();
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(producer.publishAsync("orders", body("m" + i)));
            }
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            all.countDown();
            for (int i = 0; i < 100; i++) {
                if (i % 2 == 0) {
                    answers.get(i).get(10, TimeUnit.SECONDS);
                } else {
                    ClientException failure = failureOf(answers.get(i));
                    assertThat(failure).hasMessage("E_PUB_FAILED PUB failed number " + i);
                    assertThat(failure.isRetriable()).isTrue();
                }
            }
        }
    }

    @Test
    void whoPublishesFasterThanTheServerReadsWaits() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            read.await();
            answerAll(session);
        };
        // More than the system buffers for a socket, so that the writer stands still, too.
        int count = 400;
        byte[] body = new byte[100_000];
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).bufferBytes(16_000_000).build()) {
            AtomicInteger handedOver = new AtomicInteger();
            Thread publishing = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < count; i++) {
                    producer.publishAsync("orders", body);
                    handedOver.incrementAndGet();
                }
            });
            await().until(() -> handedOver.get() == 159 && publishing.getState() == Thread.State.TIMED_WAITING);
            assertThat(producer.stats().bufferedBytes()).isBetween(15_900_000L, 16_000_000L);
            read.countDown();
            publishing.join();
            await().until(() -> producer.stats().acknowledged() == count);
        }
    }

    @Test
    void noMoreThanTheAllowedPublishesAreInFlight() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            for (int i = 0; i < 3; i++) {
                commands.add(session.expect("PUB"));
            }
            answer.await();
            for (int i = 0; i < 3; i++) {
                session.ok();
            }
            answerAll(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).inFlightMax(3).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(producer.publishAsync("orders", body("m" + i))).isNotDone();
            }
            await().until(() -> commands.size() == 3);
            Thread fourth = Thread.ofVirtual().start(() -> producer.publish("orders", body("m3")));
            await().until(() -> fourth.getState() == Thread.State.TIMED_WAITING);
            assertThat(producer.stats().unanswered()).isEqualTo(3);
            answer.countDown();
            fourth.join();
            assertThat(producer.stats().acknowledged()).isEqualTo(4);
            assertThat(commands).hasSize(4);
        }
    }

    @Test
    void whatHangsOnAnAnswerMayPublishAndWait() throws Exception {
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings(server).inFlightMax(1).build()) {
            CompletableFuture<Void> chain = producer.publishAsync("orders", body("one"));
            for (int i = 0; i < 50; i++) {
                chain = chain.thenRun(() -> producer.publish("orders", body("next")));
            }
            chain.get(20, TimeUnit.SECONDS);
            assertThat(commands).hasSize(51);
        }
    }

    @Test
    void whatCannotBeAMessageIsRefusedAtOnce() throws Exception {
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings(server).bufferBytes(2_000).build()) {
            assertThatThrownBy(() -> producer.publish("or ders", body("one")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("or ders");
            assertThatThrownBy(() -> producer.publish("orders", new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> producer.publishAll("orders", List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> producer.publishDeferred("orders", body("one"), Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> producer.publishAsync("orders", new byte[3_000]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("larger than the buffer");
            producer.publish("orders", body("one"));
        }
    }
}
