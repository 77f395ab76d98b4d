package dev.chaski.engine;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.LogConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BrokerTest {
    private static final long LONG_MS = 600_000;

    @TempDir
    Path folder;

    private TestBroker broker;

    @BeforeEach
    void open() {
        broker = TestBroker.open(folder);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void reopen() {
        broker.close();
        open();
    }

    @Test
    void everyChannelGetsEveryMessageInOrder() {
        TestConsumer first = new TestConsumer(broker.channel("t", "a"), 10, true);
        TestConsumer second = new TestConsumer(broker.channel("t", "b"), 10_000, true);
        List<String> bodies = bodies(1000);
        bodies.forEach(body -> broker.publish("t", body));
        awaitBodies(first, bodies);
        awaitBodies(second, bodies);
        assertThat(first.got.stream().map(TestConsumer.Got::id)).doesNotHaveDuplicates();
        assertThat(first.got).allMatch(got -> got.attempts() == 1);
        await().until(() -> broker.channel("t", "a").stats().depth() == 0);
        await().until(() -> broker.channel("t", "a").stats().inFlightCount() == 0);
        assertThat(broker.channel("t", "a").stats().messageCount()).isEqualTo(1000);
    }

    @Test
    void manyMessagesGoOutInOneSlice() {
        broker.channel("t", "a");
        broker.publish("t", bodies(500).toArray(String[]::new));
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 500, false);
        awaitBodies(consumer, bodies(500));
        assertThat(consumer.slices.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void noMoreIsInFlightThanWasAskedFor() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 3, false);
        broker.publish("t", bodies(10).toArray(String[]::new));
        awaitBodies(consumer, bodies(3));
        assertThat(consumer.finish(consumer.got.get(0).id())).isEqualTo(Subscription.Outcome.DONE);
        awaitBodies(consumer, bodies(4));
        assertThat(broker.channel("t", "a").stats().inFlightCount()).isEqualTo(3);
        assertThat(broker.channel("t", "a").stats().depth()).isEqualTo(6);
    }

    @Test
    void aMessageThatIsNotInFlightOrNotOnesOwnIsNotFinished() {
        TestConsumer owner = new TestConsumer(broker.channel("t", "a"), 1, false);
        TestConsumer other = new TestConsumer(broker.channel("t", "a"), 0, false);
        broker.publish("t", "x");
        await().until(() -> owner.got.size() == 1);
        long id = owner.got.get(0).id();
        assertThat(other.finish(id)).isEqualTo(Subscription.Outcome.NOT_OWNER);
        assertThat(other.requeue(id, 0)).isEqualTo(Subscription.Outcome.NOT_OWNER);
        assertThat(owner.finish(id + 1)).isEqualTo(Subscription.Outcome.NOT_IN_FLIGHT);
        assertThat(owner.finish(id)).isEqualTo(Subscription.Outcome.DONE);
        assertThat(owner.finish(id)).isEqualTo(Subscription.Outcome.NOT_IN_FLIGHT);
        assertThat(owner.touch(id, LONG_MS)).isEqualTo(Subscription.Outcome.NOT_IN_FLIGHT);
    }

    @Test
    void aRequeuedMessageComesAgainWithItsAttemptsCounted() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 1, false);
        broker.publish("t", "x");
        for (int attempt = 1; attempt <= 5; attempt++) {
            int count = attempt;
            await().until(() -> consumer.got.size() == count);
            assertThat(consumer.got.get(attempt - 1).attempts()).isEqualTo(attempt);
            consumer.requeue(consumer.got.get(attempt - 1).id(), attempt % 2 == 0 ? 20 : 0);
        }
        assertThat(broker.channel("t", "a").stats().requeueCount()).isEqualTo(5);
    }

    @Test
    void aMessageThatIsNotFinishedInTimeComesAgain() {
        TestConsumer slow = new TestConsumer(broker.channel("t", "a"), 0, false);
        slow.timeoutMs = 50;
        slow.ready(1);
        broker.publish("t", "x");
        await().until(() -> slow.got.size() >= 2);
        assertThat(slow.got.get(1).attempts()).isEqualTo(2);
        assertThat(broker.channel("t", "a").stats().timeoutCount()).isPositive();
    }

    @Test
    void aMessageOfAConsumerThatLeftComesAgainWhenItsTimeIsOver() {
        TestConsumer leaver = new TestConsumer(broker.channel("t", "a"), 0, false);
        leaver.timeoutMs = 500;
        leaver.ready(1);
        broker.publish("t", "x");
        await().until(() -> !leaver.got.isEmpty());
        leaver.leave();
        TestConsumer next = new TestConsumer(broker.channel("t", "a"), 1, true);
        awaitBodies(next, List.of("x"));
        assertThat(next.got.get(0).attempts()).isGreaterThan(1);
    }

    @Test
    void whatWasPublishedBeforeTheFirstChannelWaitsForIt() {
        broker.publish("t", "early");
        assertThat(broker.topic("t").stats().depth()).isEqualTo(1);
        TestConsumer first = new TestConsumer(broker.channel("t", "first"), 10, true);
        awaitBodies(first, List.of("early"));
        TestConsumer later = new TestConsumer(broker.channel("t", "later"), 10, true);
        broker.publish("t", "late");
        awaitBodies(later, List.of("late"));
        awaitBodies(first, List.of("early", "late"));
        assertThat(broker.topic("t").stats().depth()).isZero();
    }

    @Test
    void aRestartKeepsWhatIsNotFinishedAndForgetsNothingElse() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, false);
        broker.publish("t", bodies(100).toArray(String[]::new));
        await().until(() -> consumer.got.size() == 10);
        for (int i = 0; i < 10; i += 2) {
            consumer.finish(consumer.got.get(i).id());
        }
        await().until(() -> consumer.got.size() == 15);
        reopen();
        Channel channel = broker.channel("t", "a");
        assertThat(channel.stats().depth()).isEqualTo(95);
        TestConsumer again = new TestConsumer(channel, 1000, true);
        await().until(() -> again.got.size() == 95);
        assertThat(again.got.stream().filter(got -> got.attempts() == 2)).hasSize(10);
        assertThat(again.bodies()).doesNotContain("message 0", "message 2", "message 8");
        assertThat(new HashSet<>(again.bodies())).hasSize(95);
        broker.publish("t", "after");
        await().until(() -> again.got.size() == 96);
        await().until(() -> channel.stats().inFlightCount() == 0);
        reopen();
        assertThat(broker.channel("t", "a").stats().depth()).isZero();
    }

    @Test
    void aDeferredMessageIsNotEarlyAlsoAfterARestart() {
        broker.channel("t", "a");
        long before = System.currentTimeMillis();
        broker.publishDeferred("t", 1500, "later");
        broker.publish("t", "now");
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, true);
        awaitBodies(consumer, List.of("now"));
        await().until(() -> broker.channel("t", "a").stats().deferredCount() == 1);
        reopen();
        TestConsumer again = new TestConsumer(broker.channel("t", "a"), 10, true);
        awaitBodies(again, List.of("later"));
        assertThat(System.currentTimeMillis() - before).isGreaterThanOrEqualTo(1500);
        assertThat(again.got.get(0).attempts()).isEqualTo(1);
    }

    @Test
    void farDeferredMessagesAreFoundInTheLogWhenTheyComeClose() {
        Channel channel = broker.channel("t", "a");
        long hourMs = 3_600_000;
        for (int i = 0; i < 200; i++) {
            broker.publishDeferred("t", hourMs * (1 + i % 4), "hour " + (1 + i % 4) + " no " + i);
        }
        await().until(() -> channel.stats().deferredCount() == 200);
        reopen();
        Channel reopened = broker.channel("t", "a");
        assertThat(reopened.stats().deferredCount()).isEqualTo(200);
        TestConsumer consumer = new TestConsumer(reopened, 1000, true);
        for (int hour = 1; hour <= 4; hour++) {
            broker.aheadMs.set(hour * hourMs + 5000);
            int count = 50 * hour;
            int most = hour;
            await().until(() -> consumer.got.size() == count);
            assertThat(consumer.bodies()).allMatch(body -> body.charAt("hour ".length()) - '0' <= most);
        }
        await().until(() -> reopened.stats().deferredCount() == 0);
    }

    @Test
    void aChannelMadeLaterDoesNotSeeWhatWasDeferredBefore() {
        broker.channel("t", "a");
        broker.publishDeferred("t", 300, "x");
        TestConsumer later = new TestConsumer(broker.channel("t", "b"), 10, true);
        TestConsumer first = new TestConsumer(broker.channel("t", "a"), 10, true);
        awaitBodies(first, List.of("x"));
        assertThat(later.got).isEmpty();
    }

    @Test
    void aPausedChannelDeliversNothingAndStaysPausedAfterARestart() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, true);
        broker.channel("t", "a").pause(true).join();
        broker.publish("t", "x");
        reopen();
        Channel channel = broker.channel("t", "a");
        assertThat(channel.stats().isPaused()).isTrue();
        assertThat(consumer.got).isEmpty();
        TestConsumer again = new TestConsumer(channel, 10, true);
        channel.pause(false).join();
        awaitBodies(again, List.of("x"));
    }

    @Test
    void aPausedTopicKeepsWhatIsPublishedUntilItIsReleased() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, true);
        broker.publish("t", "before");
        awaitBodies(consumer, List.of("before"));
        broker.topic("t").pause(true).join();
        broker.publish("t", "during");
        assertThat(broker.topic("t").stats().depth()).isEqualTo(1);
        assertThat(broker.channel("t", "a").stats().depth()).isZero();
        reopen();
        TestConsumer again = new TestConsumer(broker.channel("t", "a"), 10, true);
        assertThat(broker.topic("t").stats().isPaused()).isTrue();
        assertThat(broker.topic("t").stats().depth()).isEqualTo(1);
        TestConsumer other = new TestConsumer(broker.channel("t", "b"), 10, true);
        broker.topic("t").pause(false).join();
        awaitBodies(again, List.of("during"));
        awaitBodies(other, List.of("during"));
    }

    @Test
    void emptyingAChannelDropsWhatWaitsIsInFlightOrDeferred() {
        Channel channel = broker.channel("t", "a");
        TestConsumer consumer = new TestConsumer(channel, 2, false);
        broker.publish("t", bodies(10).toArray(String[]::new));
        broker.publishDeferred("t", 300, "deferred");
        broker.publishDeferred("t", LONG_MS, "far");
        await().until(() -> consumer.got.size() == 2);
        channel.empty().join();
        assertThat(channel.stats().depth()).isZero();
        assertThat(channel.stats().inFlightCount()).isZero();
        assertThat(channel.stats().deferredCount()).isZero();
        assertThat(consumer.finish(consumer.got.get(0).id())).isEqualTo(Subscription.Outcome.NOT_IN_FLIGHT);
        broker.publish("t", "fresh");
        await().until(() -> consumer.got.size() == 3);
        assertThat(consumer.bodies()).endsWith("fresh");
        reopen();
        assertThat(broker.channel("t", "a").stats().depth()).isEqualTo(1);
    }

    @Test
    void emptyingATopicDropsWhatNoChannelHas() {
        broker.publish("t", "x", "y");
        broker.topic("t").empty().join();
        assertThat(broker.topic("t").stats().depth()).isZero();
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, true);
        broker.publish("t", "z");
        awaitBodies(consumer, List.of("z"));
    }

    @Test
    void aDeletedTopicIsGoneAndItsNameStartsAfresh() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 0, true);
        broker.publish("t", "old");
        broker.broker().deleteTopic("t").join();
        assertThat(consumer.isClosed).isTrue();
        assertThat(broker.broker().findTopic("t")).isNull();
        broker.publish("t", "new");
        TestConsumer again = new TestConsumer(broker.channel("t", "a"), 10, true);
        awaitBodies(again, List.of("new"));
        reopen();
        assertThat(broker.broker().topics()).hasSize(1);
        assertThatThrownBy(() -> broker.broker().deleteTopic("none").join()).hasCauseInstanceOf(BrokerException.class);
    }

    @Test
    void anEphemeralChannelGoesWithItsLastConsumer() {
        TestConsumer consumer = new TestConsumer(broker.channel("t", "tail#ephemeral"), 10, true);
        consumer.leave();
        await().until(() -> broker.topic("t").findChannel("tail#ephemeral") == null);
        TestConsumer other = new TestConsumer(broker.channel("gone#ephemeral", "tail#ephemeral"), 10, true);
        other.leave();
        await().until(() -> broker.broker().findTopic("gone#ephemeral") == null);
    }

    @Test
    void anEphemeralChannelSkipsWhatIsBeyondItsLimit() {
        broker.close();
        BrokerConfig config = BrokerConfig.of(LogConfig.of(folder));
        broker = new TestBroker(
                new BrokerConfig(
                        config.log(), config.ack(), 100, 1 << 20, 0, 1000, List.of(), LONG_MS, config.knownChannels()),
                1);
        Channel channel = broker.channel("t", "tail#ephemeral");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        broker.publish("t", bodies(1000).toArray(String[]::new));
        await().until(() -> channel.stats().depth() == 100);
        assertThat(channel.stats().skippedCount()).isEqualTo(900);
        consumer.ready(1000);
        awaitBodies(consumer, bodies(1000).subList(900, 1000));
    }

    @Test
    void consumersWithRoomShareWhatWaits() {
        Channel channel = broker.channel("t", "a");
        List<TestConsumer> consumers = IntStream.range(0, 4)
                .mapToObj(_ -> new TestConsumer(channel, 0, false))
                .collect(toList());
        channel.pause(true).join();
        broker.publish("t", bodies(100).toArray(String[]::new));
        consumers.forEach(consumer -> consumer.ready(100));
        channel.pause(false).join();
        await().until(() -> consumers.stream().mapToInt(c -> c.got.size()).sum() == 100);
        assertThat(consumers).allMatch(consumer -> consumer.got.size() >= 10);
    }

    @Test
    void aSampledConsumerGetsItsShareAndTheRestCountsAsFinished() {
        Channel channel = broker.channel("t", "a");
        TestConsumer consumer = new TestConsumer(channel, 0, true);
        consumer.sampleRate = 25;
        consumer.ready(100);
        broker.publish("t", bodies(4000).toArray(String[]::new));
        await().until(() -> channel.stats().depth() == 0 && channel.stats().inFlightCount() == 0);
        assertThat(consumer.got.size()).isBetween(800, 1200);
    }

    @Test
    void theNearestConsumerIsServedFirst() {
        Channel channel = broker.channel("t", "a");
        TestConsumer far = new TestConsumer(channel, 0, true);
        far.distance = 2;
        TestConsumer near = new TestConsumer(channel, 0, true);
        far.ready(50);
        near.ready(1000);
        bodies(200).forEach(body -> broker.publish("t", body));
        await().until(() -> near.got.size() + far.got.size() == 200);
        assertThat(far.got).isEmpty();
    }

    @Test
    void aTouchedMessageStaysInFlightForLonger() {
        Channel channel = broker.channel("t", "a");
        TestConsumer consumer = new TestConsumer(channel, 0, false);
        consumer.timeoutMs = 300;
        consumer.ready(1);
        broker.publish("t", "x");
        await().until(() -> consumer.got.size() == 1);
        long id = consumer.got.get(0).id();
        long until = System.nanoTime() + 900_000_000L;
        await().pollInterval(java.time.Duration.ofMillis(50)).until(() -> {
            assertThat(consumer.touch(id, LONG_MS)).isEqualTo(Subscription.Outcome.DONE);
            return System.nanoTime() > until;
        });
        assertThat(consumer.got).hasSize(1);
        assertThat(consumer.finish(id)).isEqualTo(Subscription.Outcome.DONE);
    }

    @Test
    void aTopicReleasesNothingBeforeTheChannelsThatOthersKnowAreThere() {
        broker.close();
        BrokerConfig config = BrokerConfig.of(LogConfig.of(folder));
        CompletableFuture<List<String>> known = new CompletableFuture<>();
        broker = new TestBroker(
                new BrokerConfig(config.log(), config.ack(), 100, 1 << 20, 0, 1000, List.of(), LONG_MS, _ -> known), 2);
        TestConsumer mine = new TestConsumer(broker.channel("t", "mine"), 10, true);
        broker.publish("t", "first");
        assertThat(broker.topic("t").stats().depth()).isEqualTo(1);
        known.complete(List.of("theirs", "gone#ephemeral"));
        awaitBodies(mine, List.of("first"));
        assertThat(broker.topic("t").findChannel("gone#ephemeral")).isNull();
        awaitBodies(new TestConsumer(broker.channel("t", "theirs"), 10, true), List.of("first"));
    }

    @Test
    void aTopicIsReleasedAlsoWhereWhatOthersKnowIsNonsense() {
        broker.close();
        BrokerConfig config = BrokerConfig.of(LogConfig.of(folder));
        CompletableFuture<List<String>> nonsense = CompletableFuture.completedFuture(Arrays.asList("theirs", null));
        broker = new TestBroker(
                new BrokerConfig(config.log(), config.ack(), 100, 1 << 20, 0, 1000, List.of(), LONG_MS, topic -> {
                    if (topic.equals("thrown")) {
                        throw new IllegalStateException("nobody can be asked");
                    }
                    return nonsense;
                }),
                2);
        for (String topic : List.of("thrown", "nonsense")) {
            TestConsumer consumer = new TestConsumer(broker.channel(topic, "mine"), 10, true);
            broker.publish(topic, "first");
            awaitBodies(consumer, List.of("first"));
        }
    }

    @Test
    void answersThatWaitForTheDiskComeAfterTheSync() {
        broker.close();
        BrokerConfig config = BrokerConfig.of(LogConfig.of(folder));
        broker = new TestBroker(
                new BrokerConfig(
                        config.log(),
                        BrokerConfig.Ack.SYNCED,
                        100,
                        1 << 20,
                        0,
                        1000,
                        List.of(0.5, 0.99),
                        LONG_MS,
                        config.knownChannels()),
                2);
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), 10, true);
        bodies(20).forEach(body -> broker.publish("t", body));
        awaitBodies(consumer, bodies(20));
        await().until(() -> broker.channel("t", "a").stats().e2eCount() == 20);
        assertThat(broker.channel("t", "a").stats().e2eNs().get(0.99)).isPositive();
    }

    private static List<String> bodies(int count) {
        return IntStream.range(0, count).mapToObj(i -> "message " + i).toList();
    }

    private static void awaitBodies(TestConsumer consumer, List<String> bodies) {
        await().until(() -> consumer.got.size() >= bodies.size());
        assertThat(consumer.bodies()).isEqualTo(bodies);
    }
}
