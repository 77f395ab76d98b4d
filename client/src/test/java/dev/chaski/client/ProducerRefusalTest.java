package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A producer whose server refuses: what it sends, or the producer itself. */
class ProducerRefusalTest extends ProducerFixture {
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

    /** As nsqd does with a body that is too large: it says why, and reads no further. */
    @Test
    void aRefusalIsHeardThoughTheServerReadsNoFurther() throws Exception {
        FakeNsqd.Script script = session -> {
            while (true) {
                FakeNsqd.Command command = session.read();
                if (command.line().equals("PUB bad")) {
                    session.error("E_BAD_MESSAGE PUB message too big");
                    session.cut();
                    return;
                }
                commands.add(command);
                session.ok();
            }
        };
        byte[] large = new byte[200_000];
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).build()) {
            for (int round = 0; round < 20; round++) {
                List<CompletableFuture<Void>> good = new ArrayList<>();
                CompletableFuture<Void> refused = producer.publishAsync("bad", body("b"));
                for (int i = 0; i < 20; i++) {
                    // So much that the writer stands in the middle of it when the server closes.
                    good.add(producer.publishAsync("orders", large));
                }
                assertThat(failureOf(refused)).isInstanceOf(ServerErrorException.class);
                for (CompletableFuture<Void> each : good) {
                    each.get(20, TimeUnit.SECONDS);
                }
            }
            assertThat(commands).hasSize(400);
            assertThat(producer.stats().failed()).isEqualTo(20);
        }
    }

    @Test
    void aPublishThatCostsEveryConnectionIsGivenUpAloneAndItsNeighboursArriveOnce() throws Exception {
        AtomicInteger bad = new AtomicInteger();
        AtomicInteger lives = new AtomicInteger();
        FakeNsqd.Script script = session -> {
            lives.incrementAndGet();
            while (true) {
                FakeNsqd.Command command = session.read();
                if (command.line().equals("PUB bad")) {
                    bad.incrementAndGet();
                    return;
                }
                commands.add(command);
                session.ok();
            }
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = settings(server).resendUnanswered(true).build()) {
            List<CompletableFuture<Void>> good = new ArrayList<>();
            List<CompletableFuture<Void>> refused = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                good.add(producer.publishAsync("orders", body("m" + i)));
                if (i % 40 == 20) {
                    refused.add(producer.publishAsync("bad", body("b")));
                }
            }
            for (CompletableFuture<Void> each : good) {
                each.get(20, TimeUnit.SECONDS);
            }
            for (CompletableFuture<Void> each : refused) {
                assertThat(failureOf(each))
                        .isInstanceOf(ConnectionLostException.class)
                        .hasMessageContaining("perhaps it is refused");
            }
            assertThat(commands.stream().map(FakeNsqd.Command::text))
                    .doesNotHaveDuplicates()
                    .hasSize(100);
            assertThat(bad.get()).isEqualTo(refused.size() * PublishLine.LOSSES_MAX);
            assertThat(lives.get()).isEqualTo(bad.get() + 1);
        }
    }
}
