package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a producer ends. */
class ProducerCloseTest extends ProducerFixture {
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
}
