package dev.chaski.bus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * What every plug-in does, and what those do that declare a {@link Capability}. Each test takes a topic of its own, so a
 * server may serve all of them.
 */
public abstract class BusContract extends TroubleContract {
    /** How long a process holds a message; a carrier may wait that long until it believes in its death. */
    private static final Duration HELD = Duration.ofSeconds(5);

    /** For the test of a plug-in. */
    protected BusContract() {}

    @Test
    void itPromisesWhatItIsExpectedTo() {
        Bus bus = Bus.of(publisherUri());
        assertThat(bus.capabilities()).isEqualTo(expected());
        assertThat(publisherUri()).startsWith("bus:" + bus.name() + ":");
    }

    @Test
    void itIsUsedWhileConnectedAndConnectsAgain() {
        Bus bus = unconnected(uri(), BusOptions.defaults());
        assertThat(bus.address()).isEmpty();
        assertThatThrownBy(() -> bus.publish(topic, Message.of("early"))).hasMessageContaining("not connected");
        assertThatThrownBy(() -> bus.subscribe(topic, event -> {})).hasMessageContaining("not connected");
        bus.connect();
        bus.connect();
        assertThat(bus.address()).isNotEmpty();
        assertThatThrownBy(() -> bus.init(BusOptions.defaults())).isInstanceOf(BusException.class);
        bus.disconnect();
        bus.disconnect();
        bus.init(BusOptions.defaults());
        bus.connect();
        Inbox inbox = new Inbox();
        bus.subscribe(topic, inbox);
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE).until(() -> inbox.texts().equals(List.of("hello")));
    }

    @Test
    void topicsThatCannotBeAreRefused() {
        Bus bus = connect();
        for (String wrong : List.of("", "a\nb", "x".repeat(1_025))) {
            assertThatThrownBy(() -> bus.publish(wrong, Message.of("x"))).isInstanceOf(BusException.class);
            assertThatThrownBy(() -> bus.subscribe(wrong, event -> {})).isInstanceOf(BusException.class);
        }
    }

    @Test
    void headersAndBodiesArriveAsTheyWere() {
        byte[] large = new byte[200_000];
        new Random(7).nextBytes(large);
        List<Message> sent = List.of(
                Message.of(
                        Map.of("Content-Type", "text/plain", "X-Empty", "", "X-Name", "Zoë \"quoted\""),
                        "hi".getBytes(StandardCharsets.UTF_8)),
                Message.of(new byte[0]),
                Message.of(Map.of("Id", "1"), large),
                Message.of(manyHeaders(), new byte[] {0, -1}));
        Bus bus = connect();
        Inbox inbox = new Inbox();
        bus.subscribe(topic, inbox);
        sent.forEach(message -> bus.publish(topic, message));
        await().atMost(PATIENCE).until(() -> inbox.size() == sent.size());
        assertThat(inbox.messages()).containsExactlyInAnyOrderElementsOf(sent);
    }

    private static Map<String, String> manyHeaders() {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            headers.put("X-" + i, "value " + i);
        }
        headers.put("a:b cé", "=");
        headers.put("X-Long", "é".repeat(10_000));
        return headers;
    }

    @Test
    void eachQueueAndEachBroadcastSubscriberGetsAMessageOnce() {
        Bus bus = connect();
        Inbox all = new Inbox();
        Inbox a = new Inbox();
        Inbox b = new Inbox();
        bus.subscribe(topic, all);
        bus.subscribe(topic, a, SubscribeOptions.queue("A"));
        bus.subscribe(topic, a, SubscribeOptions.queue("A"));
        bus.subscribe(topic, b, SubscribeOptions.queue("B"));
        awaitSubscriptions(uri(), 4);
        List<String> sent = publish(bus, 30);
        for (Inbox inbox : List.of(all, a, b)) {
            await().atMost(PATIENCE).until(() -> inbox.size() >= sent.size());
        }
        // One more, so that what should not come has had the time to.
        bus.publish(topic, Message.of("last"));
        for (Inbox inbox : List.of(all, a, b)) {
            await().atMost(PATIENCE).until(() -> inbox.texts().contains("last"));
            assertThat(inbox.texts()).hasSize(sent.size() + 1).containsAll(sent);
        }
    }

    @Test
    void aTopicDoesNotGetAnothersMessages() {
        Bus bus = connect();
        Inbox inbox = new Inbox();
        Inbox other = new Inbox();
        bus.subscribe(topic, inbox, SubscribeOptions.queue("A"));
        bus.subscribe(topic + "x", other, SubscribeOptions.queue("A"));
        bus.publish(topic + "x", Message.of("other"));
        bus.publish(topic, Message.of("mine"));
        await().atMost(PATIENCE).until(() -> inbox.size() == 1 && other.size() == 1);
        assertThat(inbox.texts()).containsExactly("mine");
    }

    @Test
    void theMembersOfAQueueShareWhatComes() {
        Bus one = connect();
        Bus two = connect();
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        one.subscribe(topic, first, SubscribeOptions.queue("A"));
        two.subscribe(topic, second, SubscribeOptions.queue("A"));
        awaitSubscriptions(uri(), 2);
        List<String> sent = new ArrayList<>();
        // As long as one gets all of them there may be no sharing, or only luck.
        await().atMost(PATIENCE).until(() -> {
            String text = "message " + sent.size();
            sent.add(text);
            one.publish(topic, Message.of(text));
            return first.size() > 0 && second.size() > 0;
        });
        await().atMost(PATIENCE).until(() -> first.size() + second.size() >= sent.size());
        List<String> got = new ArrayList<>(first.texts());
        got.addAll(second.texts());
        assertThat(got).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void whatOnePublisherSendsArrivesInOrder() {
        demand(Capability.ORDERED);
        Bus bus = connect();
        Inbox inbox = new Inbox();
        bus.subscribe(topic, inbox, SubscribeOptions.queue("A"));
        List<String> sent = publish(bus, 500);
        await().atMost(PATIENCE).until(() -> inbox.size() >= sent.size());
        assertThat(inbox.texts()).isEqualTo(sent);
    }

    @Test
    void whatIsPublishedBeforeAnybodySubscribesIsThenDeliveredInOrder() {
        demand(Capability.KEEPS_FOR_THE_FIRST);
        List<String> sent = publish(connect(publisherUri(), BusOptions.defaults()), 20);
        Inbox inbox = new Inbox();
        connect().subscribe(topic, inbox);
        await().atMost(PATIENCE).until(() -> inbox.size() >= sent.size());
        assertThat(inbox.texts()).isEqualTo(sent);
    }

    @Test
    void whatWaitsForTheFirstSubscriberSurvivesARestart() throws IOException, InterruptedException {
        demand(Capability.KEEPS_FOR_THE_FIRST, Capability.SURVIVES_RESTART);
        Bus before = connect(publisherUri(), BusOptions.defaults());
        List<String> sent = publish(before, 20);
        before.disconnect();
        restartServer();
        connect(publisherUri(), BusOptions.defaults());
        Inbox inbox = new Inbox();
        connect().subscribe(topic, inbox, SubscribeOptions.queue("A"));
        // Whoever sees it fail wants to know what is missing. What comes twice is allowed.
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(inbox.texts().stream().distinct()).containsExactlyElementsOf(sent));
    }

    @Test
    void aQueueWithoutMembersKeepsWhatComes() {
        demand(Capability.KEEPS_FOR_QUEUES);
        Bus bus = connect();
        Inbox before = new Inbox();
        Subscription member = bus.subscribe(topic, before, SubscribeOptions.queue("A"));
        // Another queue has a member all the time: what is kept for nobody else must not be what helps here.
        bus.subscribe(topic, new Inbox(), SubscribeOptions.queue("B"));
        bus.publish(topic, Message.of("first"));
        await().atMost(PATIENCE).until(() -> before.size() == 1);
        member.unsubscribe();
        List<String> sent = publish(bus, 10);
        Inbox after = new Inbox();
        bus.subscribe(topic, after, SubscribeOptions.queue("A"));
        await().atMost(PATIENCE).until(() -> after.size() >= sent.size());
        assertThat(after.texts()).containsAll(sent);
        assertThat(before.texts()).containsExactly("first");
    }

    @Test
    void whatWaitsForAQueueSurvivesARestart() throws IOException, InterruptedException {
        demand(Capability.KEEPS_FOR_QUEUES, Capability.SURVIVES_RESTART);
        Bus bus = connect();
        bus.subscribe(topic, new Inbox(), SubscribeOptions.queue("A")).unsubscribe();
        List<String> sent = publish(bus, 20);
        bus.disconnect();
        restartServer();
        Inbox inbox = new Inbox();
        connect().subscribe(topic, inbox, SubscribeOptions.queue("A"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(inbox.texts()).containsAll(sent));
    }

    @Test
    void aMessageWhoseHandlerFailsComesAgainAndTheErrorHandlerIsTold() {
        demand(Capability.REDELIVERS);
        List<Event> failures = new CopyOnWriteArrayList<>();
        Bus bus = connect(uri(), BusOptions.defaults().withErrorHandler(failures::add));
        Inbox inbox = new Inbox();
        bus.subscribe(
                topic,
                event -> {
                    inbox.handle(event);
                    if (inbox.size() < 3) {
                        throw new IOException("not now");
                    }
                },
                impatient(SubscribeOptions.queue("A")));
        bus.publish(topic, Message.of("again"));
        await().atMost(PATIENCE).until(() -> inbox.size() >= 3);
        assertThat(inbox.texts()).containsOnly("again");
        assertThat(failures).hasSize(2);
        assertThat(failures.getFirst().error().orElseThrow()).hasMessage("not now");
        assertThat(failures.getFirst().topic()).isEqualTo(topic);
    }

    @Test
    void anErrorHandlerMayAcknowledge() {
        List<Event> failures = new CopyOnWriteArrayList<>();
        Bus bus = connect(uri(), BusOptions.defaults().withErrorHandler(event -> {
            failures.add(event);
            event.ack();
        }));
        Inbox inbox = new Inbox();
        bus.subscribe(
                topic,
                event -> {
                    inbox.handle(event);
                    if (event.message().text().equals("bad")) {
                        throw new IOException("never");
                    }
                },
                impatient(SubscribeOptions.broadcast()));
        bus.publish(topic, Message.of("bad"));
        bus.publish(topic, Message.of("good"));
        await().atMost(PATIENCE).until(() -> inbox.texts().contains("good") && failures.size() == 1);
        assertThat(inbox.texts()).containsExactlyInAnyOrder("bad", "good");
    }

    @Test
    void aMessageThatIsNotAcknowledgedComesAgainAndOneThatIsDoesNot() {
        demand(Capability.REDELIVERS);
        Bus bus = connect();
        List<Event> events = new CopyOnWriteArrayList<>();
        List<Boolean> answers = new CopyOnWriteArrayList<>();
        bus.subscribe(
                topic,
                event -> {
                    events.add(event);
                    switch (events.size()) {
                        case 1 -> answers.add(true);
                        case 3 -> answers.add(event.requeue());
                        default -> answers.add(event.ack());
                    }
                },
                impatient(SubscribeOptions.broadcast()).manualAck());
        for (String text : List.of("slow", "back", "last")) {
            int before = events.size();
            bus.publish(topic, Message.of(text));
            await().atMost(PATIENCE).until(() -> answers.size() == before + (text.equals("last") ? 1 : 2));
        }
        assertThat(events.stream().map(event -> event.message().text()))
                .containsExactly("slow", "slow", "back", "back", "last");
        assertThat(answers).containsOnly(true);
        assertThat(events).allSatisfy(event -> assertThat(event.ack()).isFalse());
    }

    @Test
    void oneWhoUnsubscribesLeavesTheOthers() {
        Bus bus = connect();
        Inbox stays = new Inbox();
        Inbox all = new Inbox();
        Inbox goes = new Inbox();
        bus.subscribe(topic, stays, SubscribeOptions.queue("A"));
        bus.subscribe(topic, all);
        Subscription member = bus.subscribe(topic, goes, SubscribeOptions.queue("A"));
        Subscription listener = bus.subscribe(topic, goes);
        member.unsubscribe();
        member.unsubscribe();
        listener.close();
        awaitSubscriptions(uri(), 2);
        List<String> sent = publish(bus, 20);
        await().atMost(PATIENCE).until(() -> stays.size() >= sent.size() && all.size() >= sent.size());
        assertThat(stays.texts()).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(goes.texts()).isEmpty();
    }

    @Test
    void aTopicOfTwoHundredBytesWorks() {
        demand(Capability.ANY_TOPIC);
        String longTopic = "tøpic/with spaces+and#signs ".repeat(6) + UUID.randomUUID();
        Bus bus = connect();
        Inbox inbox = new Inbox();
        bus.subscribe(longTopic, inbox);
        awaitSubscriptions(uri(), 1);
        bus.publish(longTopic, Message.of("hello"));
        await().atMost(PATIENCE).until(() -> inbox.texts().equals(List.of("hello")));
    }

    @Test
    void whatADeadProcessHeldGoesToAnotherMemberAndToNoOtherQueue() throws IOException {
        demand(Capability.FAILS_OVER, Capability.BETWEEN_PROCESSES);
        Bus bus = connect(sharedUri(), BusOptions.defaults());
        Inbox other = new Inbox();
        bus.subscribe(topic, other, SubscribeOptions.queue("B"));
        try (MemberProcess dying = new MemberProcess(sharedUri(), topic, "A", HELD.toMillis())) {
            await().atMost(PATIENCE).until(() -> dying.hasSaid(DyingMember.READY));
            awaitSubscriptions(sharedUri(), 2);
            bus.publish(topic, Message.of("held"));
            await().atMost(PATIENCE).until(() -> dying.hasSaid(DyingMember.HOLDS));
            dying.kill();
        }
        Inbox inbox = new Inbox();
        bus.subscribe(topic, inbox, impatient(SubscribeOptions.queue("A")));
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> inbox.texts().contains("held"));
        // One more, so that what should not come has had the time to.
        bus.publish(topic, Message.of("last"));
        await().atMost(PATIENCE).until(() -> other.texts().contains("last"));
        assertThat(other.texts()).containsExactlyInAnyOrder("held", "last");
    }
}
