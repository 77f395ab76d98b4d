package dev.chaski.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A producer and a server that says what each test wants, over a real socket. */
class ProducerTest {
    private final BlockingQueue<FakeNsqd.Command> commands = new LinkedBlockingQueue<>();

    private static byte[] body(String text) {
        return text.getBytes(UTF_8);
    }

    private static ProducerBuilder settings(FakeNsqd... servers) {
        ProducerBuilder builder = Producer.builder()
                .publishTimeout(Duration.ofSeconds(20))
                .closeTimeout(Duration.ofSeconds(10))
                .reconnectBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
        for (FakeNsqd server : servers) {
            builder.hosts(server.address());
        }
        return builder;
    }

    private void answerAll(FakeNsqd.Session session) throws Exception {
        while (true) {
            FakeNsqd.Command command = session.read();
            if (!command.verb().equals("NOP")) {
                commands.add(command);
                session.ok();
            }
        }
    }

    private static ClientException failureOf(CompletableFuture<?> future) {
        CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
        return (ClientException) thrown.getCause();
    }

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
    void aRefusedPublishHurtsNoneOfItsNeighbours() throws Exception {
        AtomicInteger bad = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            while (true) {
                FakeNsqd.Command command = session.read();
                if (command.line().equals("PUB bad") && bad.incrementAndGet() > 0) {
                    session.error("E_BAD_TOPIC PUB topic name \"bad\" is not valid");
                    return;
                }
                commands.add(command);
                session.ok();
            }
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            List<CompletableFuture<Void>> good = new ArrayList<>();
            List<CompletableFuture<Void>> refused = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                good.add(producer.publishAsync("orders", body("m" + i)));
                if (i % 10 == 5) {
                    refused.add(producer.publishAsync("bad", body("b")));
                }
            }
            for (CompletableFuture<Void> each : good) {
                each.get(20, TimeUnit.SECONDS);
            }
            for (CompletableFuture<Void> each : refused) {
                assertThat(failureOf(each)).isInstanceOfSatisfying(ServerErrorException.class, failure -> {
                    assertThat(failure.code()).isEqualTo("E_BAD_TOPIC");
                    assertThat(failure.isRetriable()).isFalse();
                });
            }
            assertThat(commands.stream().map(FakeNsqd.Command::text)).doesNotHaveDuplicates();
            assertThat(bad).hasValue(3);
        }
    }

    @Test
    void aConnectionCutWithinABatchFailsWhatIsNotAnsweredAsRetriable() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            if (lives.incrementAndGet() == 1) {
                for (int i = 0; i < 5; i++) {
                    session.expect("PUB");
                    session.ok();
                }
                for (int i = 0; i < 5; i++) {
                    session.expect("PUB");
                }
                session.cut();
            }
            answerAll(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(producer.publishAsync("orders", body("m" + i)));
            }
            int lost = 0;
            for (CompletableFuture<Void> answer : answers) {
                try {
                    answer.join();
                } catch (CompletionException e) {
                    assertThat(e.getCause()).isInstanceOf(ConnectionLostException.class);
                    assertThat(((ClientException) e.getCause()).isRetriable()).isTrue();
                    lost++;
                }
            }
            // A cut also takes answers away that were on their way.
            assertThat(lost).isBetween(5, 10);
            producer.publish("orders", body("after"));
            assertThat(producer.stats().failed()).isEqualTo(lost);
            assertThat(producer.stats().connections()).isEqualTo(2);
        }
    }

    @Test
    void withResendWhatALostConnectionDidNotAnswerGoesToTheNextHostInItsOrder() throws Exception {
        FakeNsqd.Script dying = session -> {
            session.expect("PUB");
            session.ok();
            for (int i = 0; i < 4; i++) {
                session.expect("PUB");
            }
            session.cut();
        };
        try (FakeNsqd first = new FakeNsqd(dying);
                FakeNsqd second = new FakeNsqd(this::answerAll);
                Producer producer =
                        settings(first, second).resendUnanswered(true).build()) {
            await().until(() -> producer.stats().server().isPresent());
            producer.publish("orders", body("m0"));
            List<CompletableFuture<Void>> answers = new ArrayList<>();
            for (int i = 1; i < 20; i++) {
                answers.add(producer.publishAsync("orders", body("m" + i)));
            }
            for (CompletableFuture<Void> answer : answers) {
                answer.get(20, TimeUnit.SECONDS);
            }
            assertThat(commands.stream().map(FakeNsqd.Command::text))
                    .containsExactlyElementsOf(java.util.stream.IntStream.range(1, 20)
                            .mapToObj(i -> "m" + i)
                            .toList());
            assertThat(producer.stats().resent()).isGreaterThanOrEqualTo(4);
            assertThat(producer.stats().failed()).isZero();
        }
    }

    @Test
    void aHostThatRefusesConnectionsIsPassedOver() throws Exception {
        int deadPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            deadPort = socket.getLocalPort();
        }
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings()
                        .hosts("127.0.0.1:" + deadPort, server.address())
                        .build()) {
            producer.publish("orders", body("one"));
            assertThat(producer.stats().server()).contains(ServerAddress.parse(server.address()));
        }
    }

    @Test
    void withoutAServerAPublishFailsInTimeAndSaysThatItWasNotSent() throws Exception {
        int deadPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            deadPort = socket.getLocalPort();
        }
        try (Producer producer = settings()
                .hosts("127.0.0.1:" + deadPort)
                .publishTimeout(Duration.ofMillis(100))
                .build()) {
            assertThatThrownBy(() -> producer.publish("orders", body("one")))
                    .isInstanceOf(NotSentException.class)
                    .hasRootCauseInstanceOf(java.net.ConnectException.class);
            assertThatThrownBy(producer::ping).isInstanceOf(NotConnectedException.class);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsLeftAfterTheTimeOut() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            if (lives.incrementAndGet() == 1) {
                session.drain();
            } else {
                answerAll(session);
            }
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer =
                        settings(server).publishTimeout(Duration.ofMillis(300)).build()) {
            assertThatThrownBy(() -> producer.publish("orders", body("one")))
                    .isInstanceOf(PublishTimeoutException.class);
            await().until(() -> {
                try {
                    producer.publish("orders", body("two"));
                    return true;
                } catch (ClientException e) {
                    return !e.isRetriable();
                }
            });
            assertThat(server.accepted()).isGreaterThanOrEqualTo(2);
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
    void heartbeatsAreAnsweredAlsoWhenNothingIsPublished() throws Exception {
        CountDownLatch answered = new CountDownLatch(3);
        FakeNsqd.Script script = session -> {
            for (int i = 0; i < 3; i++) {
                session.heartbeat();
                session.expect("NOP");
                answered.countDown();
            }
            answerAll(session);
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
            producer.publish("orders", body("one"));
            assertThat(server.accepted()).isOne();
        }
    }

    @Test
    void aServerWhoseHeartbeatsEndIsLeft() throws Exception {
        AtomicInteger lives = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            if (lives.incrementAndGet() == 1) {
                session.drain();
            } else {
                answerAll(session);
            }
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server)
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .build()) {
            await().until(() -> producer.stats().connections() == 2);
            producer.publish("orders", body("one"));
        }
    }

    @Test
    void anAnswerThatComesByteByByteIsUnderstood() throws Exception {
        FakeNsqd.Script script = session -> {
            session.expect("PUB");
            for (byte each : new byte[] {0, 0, 0, 6, 0, 0, 0, 0, 'O', 'K'}) {
                session.raw(new byte[] {each});
            }
            session.drain();
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            producer.publish("orders", body("one"));
        }
    }

    @Test
    void halfAFrameAndFramesThatAreNoneEndTheConnection() throws Exception {
        byte[][] wrong = {
            {0, 0, 0, 6, 0, 0, 0, 0, 'O'}, // ends within
            {0, 0, 0, 6, 0, 0, 0, 9, 'O', 'K'}, // no such type
            {0, 0, 0, 3, 0, 0, 0, 0}, // shorter than its type
            {-1, -1, -1, -1, 0, 0, 0, 0}, // negative
            {0x7F, -1, -1, -1, 0, 0, 0, 0}, // longer than allowed
            {0, 0, 0, 6, 0, 0, 0, 2, 'O', 'K'}, // a message without room for its head
            {0, 0, 0, 6, 0, 0, 0, 0, 'N', 'O'}, // not what a publish is answered
        };
        for (byte[] bytes : wrong) {
            FakeNsqd.Script script = session -> {
                session.expect("PUB");
                session.raw(bytes);
            };
            try (FakeNsqd server = new FakeNsqd(script);
                    Producer producer = settings(server).build()) {
                assertThatThrownBy(() -> producer.publish("orders", body("one")))
                        .isInstanceOf(ConnectionLostException.class);
            }
        }
    }

    @Test
    void whatServersSayBeforeTheyAreReadyIsTold() throws Exception {
        try (FakeNsqd server = new FakeNsqd(session -> session.error("E_AUTH_FAILED AUTH failed"))
                        .agreement(Map.of("auth_required", true));
                Producer producer = settings(server)
                        .authSecret("wrong")
                        .publishTimeout(Duration.ofMillis(200))
                        .build()) {
            assertThatThrownBy(producer::ping)
                    .isInstanceOf(ServerErrorException.class)
                    .hasMessageContaining("E_AUTH_FAILED");
            assertThatThrownBy(() -> producer.publish("orders", body("one")))
                    .isInstanceOf(NotSentException.class)
                    .hasRootCauseMessage("E_AUTH_FAILED AUTH failed");
        }
    }

    @Test
    void theSecretIsShownWhereItIsAskedFor() throws Exception {
        FakeNsqd.Script script = session -> {
            commands.add(session.expect("AUTH"));
            session.respond("{\"identity\":\"till\",\"identity_url\":\"\",\"permission_count\":1}");
            answerAll(session);
        };
        try (FakeNsqd server = new FakeNsqd(script).agreement(Map.of("auth_required", true));
                Producer producer = settings(server).authSecret("sesame").build()) {
            producer.publish("orders", body("one"));
            assertThat(commands.take().text()).isEqualTo("sesame");
        }
    }

    @Test
    void aServerWithoutTlsIsNotSpokenToWhereTlsIsWanted() throws Exception {
        try (FakeNsqd server = new FakeNsqd(this::answerAll);
                Producer producer = settings(server).tls().build()) {
            assertThatThrownBy(producer::ping).rootCause().hasMessage("the server has no TLS");
        }
    }

    @Test
    void closingWaitsForAnswersThatAreDue() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        FakeNsqd.Script script = session -> {
            session.expect("PUB");
            answer.await();
            session.ok();
            session.drain();
        };
        try (FakeNsqd server = new FakeNsqd(script)) {
            Producer producer = settings(server).build();
            CompletableFuture<Void> published = producer.publishAsync("orders", body("one"));
            Thread closing = Thread.ofVirtual().start(producer::close);
            await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
            assertThatThrownBy(() -> producer.publish("orders", body("two"))).isInstanceOf(ClientClosedException.class);
            assertThat(published).isNotDone();
            answer.countDown();
            closing.join();
            published.get(10, TimeUnit.SECONDS);
            await().until(() -> server.open() == 0);
        }
    }

    @Test
    void closingIsBoundedAndFailsTheRest() throws Exception {
        try (FakeNsqd server = new FakeNsqd(FakeNsqd.Session::drain)) {
            Producer producer =
                    settings(server).closeTimeout(Duration.ofMillis(50)).build();
            await().until(() -> producer.stats().server().isPresent());
            CompletableFuture<Void> published = producer.publishAsync("orders", body("one"));
            producer.close();
            assertThat(failureOf(published)).isInstanceOf(ConnectionLostException.class);
            assertThat(producer.publishAsync("orders", body("two"))).isCompletedExceptionally();
            await().until(() -> server.open() == 0);
            producer.close();
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
