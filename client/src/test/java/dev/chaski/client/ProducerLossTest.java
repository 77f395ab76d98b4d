package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A producer whose connections are lost, stall or bring what is none. */
class ProducerLossTest extends ProducerFixture {
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
                    .containsExactlyElementsOf(
                            IntStream.range(1, 20).mapToObj(i -> "m" + i).toList());
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
}
