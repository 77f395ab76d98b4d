package dev.chaski.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests that run at the same time, on one broker and on one each. */
@Timeout(60)
class ParallelTest {
    @WithChaski(topics = "orders/billing")
    static class Overlapping {
        private static final CountDownLatch PUBLISHED = new CountDownLatch(1);
        private static final CountDownLatch OTHER_IS_DONE = new CountDownLatch(1);

        @Test
        void finishesItsMessage(TestBroker broker) throws InterruptedException {
            broker.producer().publish("orders", "one".getBytes(UTF_8));
            PUBLISHED.countDown();
            OTHER_IS_DONE.await();
            try (Consumer consumer = broker.consumerBuilder("orders", "billing")
                    .handler(message -> {})
                    .build()) {
                await().until(() -> consumer.stats().finished() == 1);
            }
        }

        @Test
        void endsWhileTheMessageIsThere() throws InterruptedException {
            PUBLISHED.await();
            OTHER_IS_DONE.countDown();
        }
    }

    @Test
    void noTestIsBlamedForTheMessagesOfAnother() {
        Runs runs = Runs.parallel(Overlapping.class);
        assertThat(runs.messages()).isEmpty();
        assertThat(runs.passed()).isEqualTo(2);
    }

    @WithChaski(settleMillis = 50)
    static class Leaving {
        private static final CountDownLatch BOTH = new CountDownLatch(2);

        @Test
        void leavesOne(Producer producer) throws InterruptedException {
            BOTH.countDown();
            BOTH.await();
            producer.publish("orders", "one".getBytes(UTF_8));
        }

        @Test
        void leavesNone() throws InterruptedException {
            BOTH.countDown();
            BOTH.await();
        }
    }

    @Test
    void whoeverEndsLastNamesAllThatMayHaveLeftTheMessages() {
        Runs runs = Runs.parallel(Leaving.class);
        assertThat(runs.messages())
                .singleElement()
                .asString()
                .startsWith("messages were left behind by one of leaves")
                .contains("leavesOne(Producer)", "leavesNone()", ", which ran at the same time:\n  topic orders, ");
    }

    @WithChaski(perMethod = true)
    @Execution(ExecutionMode.CONCURRENT)
    static class OneEach {
        private static final Set<String> ADDRESSES = ConcurrentHashMap.newKeySet();
        private static final CountDownLatch ALL = new CountDownLatch(3);

        private static void meet(String address) throws InterruptedException {
            ADDRESSES.add(address);
            ALL.countDown();
            ALL.await();
        }

        @Test
        void one(@NsqAddress String address) throws InterruptedException {
            meet(address);
        }

        @Test
        void two(@NsqAddress String address) throws InterruptedException {
            meet(address);
        }

        @Test
        void three(@NsqAddress String address) throws InterruptedException {
            meet(address);
        }
    }

    @Test
    void methodsWithABrokerEachRunSideBySide() {
        Runs runs = Runs.parallel(OneEach.class);
        assertThat(runs.messages()).isEmpty();
        assertThat(OneEach.ADDRESSES).hasSize(3);
    }
}
