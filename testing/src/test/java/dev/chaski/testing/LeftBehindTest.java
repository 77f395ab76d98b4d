package dev.chaski.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.Consumer;
import dev.chaski.client.Message;
import dev.chaski.client.Producer;
import dev.chaski.server.Chaski;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which tests fail for what they leave behind, and what they are told. */
@Timeout(60)
class LeftBehindTest {
    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @WithChaski(topics = "orders/billing", settleMillis = 50)
    static class Waiting {
        @Test
        void leavesTwo(Producer producer) {
            producer.publish("orders", bytes("one"));
            producer.publish("orders", bytes("two"));
        }
    }

    @Test
    void aMessageThatWaitsInAChannelFailsTheTestByNameAndCount() {
        assertThat(Runs.of(Waiting.class).messages())
                .containsExactly("messages were left behind by leavesTwo(Producer):"
                        + "\n  topic orders, channel billing: 2 waiting, 0 in flight, 0 deferred"
                        + "\nFinish them, or let them stay with @LeavesMessages or @LeavesMessages(\"orders\").");
    }

    @WithChaski(settleMillis = 50)
    static class WithoutChannel {
        @Test
        void leavesOne(Producer producer) {
            producer.publish("orders", bytes("one"));
        }

        /** Nobody waits for the answer: the extension does. */
        @Test
        void leavesOneInHaste(Producer producer) {
            CompletableFuture<?> answer = producer.publishAsync("orders", bytes("one"));
            Assertions.assertNotNull(answer);
        }
    }

    @Test
    void aMessageOfATopicWithoutChannelFailsTheTest() {
        assertThat(Runs.of(WithoutChannel.class).messages())
                .hasSize(2)
                .allSatisfy(message -> assertThat(message).contains("\n  topic orders, in no channel: 1 waiting\n"));
    }

    @WithChaski(settleMillis = 50)
    static class InFlightAndDeferred {
        @Test
        void leavesOneOfEach(TestBroker broker) {
            AtomicReference<Message> taken = new AtomicReference<>();
            try (Consumer consumer = broker.consumerBuilder("orders", "billing")
                    .inFlightMax(1)
                    .closeTimeout(Duration.ZERO)
                    .manualHandler(taken::set)
                    .build()) {
                await().until(() -> consumer.stats().connections() == 1);
                broker.producer().publish("orders", bytes("one"));
                broker.producer().publishDeferred("orders", bytes("two"), Duration.ofMinutes(10));
                await().until(() -> taken.get() != null);
                assertThat(broker.leftBehind())
                        .hasToString("[topic orders, channel billing: 0 waiting, 1 in flight," + " 1 deferred]");
            }
        }
    }

    @Test
    void messagesInFlightAndDeferredFailTheTest() {
        assertThat(Runs.of(InFlightAndDeferred.class).messages())
                .singleElement()
                .asString()
                .startsWith(
                        "messages were left behind by leavesOneOfEach(TestBroker):\n  topic orders, channel billing: ")
                .contains("1 deferred");
    }

    @WithChaski(topics = "orders/billing", settleMillis = 30_000)
    static class Late {
        private static Consumer consumer;

        @Test
        void finishesAfterItsEnd(TestBroker broker) {
            AtomicReference<Message> taken = new AtomicReference<>();
            consumer = broker.consumerBuilder("orders", "billing")
                    .manualHandler(taken::set)
                    .build();
            broker.producer().publish("orders", bytes("one"));
            await().until(() -> taken.get() != null);
            CompletableFuture.runAsync(
                    () -> taken.get().finish(), CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));
        }

        @AfterAll
        static void close() {
            consumer.close();
        }
    }

    @Test
    void finishesThatAreOnTheirWayAreWaitedFor() {
        Runs runs = Runs.of(Late.class);
        assertThat(runs.messages()).isEmpty();
        assertThat(runs.passed()).isEqualTo(1);
    }

    @WithChaski(settleMillis = 0)
    static class Ephemeral {
        @Test
        void leavesNothingThatLasts(TestBroker broker) {
            broker.createTopic("orders", "tail#ephemeral");
            broker.createTopic("gone#ephemeral");
            broker.producer().publish("orders", bytes("one"));
            broker.producer().publish("gone#ephemeral", bytes("one"));
            assertThat(broker.chaski().topics().backlogs())
                    .hasSize(2)
                    .allSatisfy(topic -> assertThat(topic.unreleased()
                                    + topic.channels().stream()
                                            .mapToLong(channel -> channel.waiting())
                                            .sum())
                            .isEqualTo(1));
        }
    }

    @Test
    void whatIsEphemeralDoesNotCount() {
        assertThat(Runs.of(Ephemeral.class).messages()).isEmpty();
    }

    @WithChaski(settleMillis = 0)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class AllowedToMethods {
        @Test
        @Order(1)
        @LeavesMessages
        void mayLeaveThem(Producer producer) {
            producer.publish("orders", bytes("one"));
        }

        @Test
        @Order(2)
        void findsNone(TestBroker broker) {
            assertThat(broker.leftBehind()).isEmpty();
        }

        @Test
        @Order(3)
        @LeavesMessages("audit")
        void leavesOthers(Producer producer) {
            producer.publish("audit", bytes("one"));
            producer.publish("orders", bytes("one"));
        }

        @Test
        @Order(4)
        void findsNoneAgain(TestBroker broker) {
            assertThat(broker.leftBehind()).isEmpty();
        }
    }

    @Test
    void aMethodMayLeaveWhatItSaysAndTheNextOneBeginsWithoutIt() {
        Runs runs = Runs.of(AllowedToMethods.class);
        assertThat(runs.passed()).isEqualTo(3);
        assertThat(runs.messages())
                .singleElement()
                .asString()
                .startsWith("messages were left behind by leavesOthers(Producer):"
                        + "\n  topic orders, in no channel: 1 waiting\nFinish");
    }

    @WithChaski
    @LeavesMessages("audit")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class AllowedToTheClass {
        @Test
        @Order(1)
        void leavesOne(Producer producer) {
            producer.publish("audit", bytes("one"));
        }

        @Test
        @Order(2)
        void findsIt(TestBroker broker) {
            assertThat(broker.leftBehind()).hasToString("[topic audit, in no channel: 1 waiting]");
        }
    }

    @Test
    void whatAClassLetsStayIsThereForItsNextTest() {
        Runs runs = Runs.of(AllowedToTheClass.class);
        assertThat(runs.messages()).isEmpty();
        assertThat(runs.passed()).isEqualTo(2);
    }

    static class AllowedToTheField {
        @RegisterExtension
        static final ChaskiExtension CHASKI = ChaskiExtension.builder()
                .topic("orders", "billing")
                .settle(Duration.ZERO)
                .leavesMessages("audit")
                .build();

        @Test
        void leavesTwo() {
            CHASKI.broker().producer().publish("audit", bytes("one"));
            CHASKI.broker().producer().publish("orders", bytes("one"));
        }
    }

    @Test
    void aFieldSaysWhatMayStayToo() {
        assertThat(Runs.of(AllowedToTheField.class).messages())
                .singleElement()
                .asString()
                .contains("topic orders, channel billing: 1 waiting")
                .doesNotContain("topic audit");
    }

    @WithChaski(settleMillis = 50)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Failing {
        @Test
        @Order(1)
        void failsAnyway(Producer producer) {
            producer.publish("orders", bytes("one"));
            throw new IllegalStateException("it went wrong");
        }

        @Test
        @Order(2)
        void beginsClean(TestBroker broker) {
            assertThat(broker.leftBehind()).isEmpty();
        }
    }

    @Test
    void aTestThatFailsAnywayIsToldNothingMoreAndHarmsNobody() {
        Runs runs = Runs.of(Failing.class);
        assertThat(runs.passed()).isEqualTo(1);
        assertThat(runs.failures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure).hasMessage("it went wrong").hasNoSuppressedExceptions());
    }

    @WithChaski
    static class Cleaning {
        private Producer own;

        @Test
        void publishes(TestBroker broker) {
            own = broker.producerBuilder().build();
            own.publish("orders", bytes("one"));
        }

        /** What a test's own life cycle methods do comes before the look. */
        @AfterEach
        void clean(TestBroker broker) {
            own.close();
            broker.empty("orders");
        }
    }

    @Test
    void whatAfterEachCleansUpIsNotLeftBehind() {
        assertThat(Runs.of(Cleaning.class).messages()).isEmpty();
    }

    @WithChaski(settleMillis = 50)
    static class AfterAllOfThem {
        @Test
        void leavesNothing(TestBroker broker) {
            assertThat(broker.leftBehind()).isEmpty();
        }

        @AfterAll
        static void leavesOne(Producer producer) {
            producer.publish("orders", bytes("one"));
        }
    }

    @Test
    void whatAfterAllLeavesBehindFailsTheClass() {
        Runs runs = Runs.of(AfterAllOfThem.class);
        assertThat(runs.passed()).isEqualTo(1);
        assertThat(runs.messages())
                .singleElement()
                .asString()
                .startsWith("messages were left behind by LeftBehindTest$AfterAllOfThem:\n  topic orders, ");
    }

    @WithChaski
    static class Closing {
        @Test
        void closesTheBroker(Chaski chaski, Producer producer) {
            producer.publish("orders", bytes("one"));
            chaski.close();
        }
    }

    @Test
    void aBrokerThatTheTestClosedIsNotLookedAt() {
        assertThat(Runs.of(Closing.class).messages()).isEmpty();
    }
}
