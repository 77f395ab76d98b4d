package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a consumer ends. */
class ConsumerCloseTest extends ConsumerFixture {
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
}
