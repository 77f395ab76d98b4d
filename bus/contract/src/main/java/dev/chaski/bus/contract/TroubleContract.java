package dev.chaski.bus.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.bus.Bus;
import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Codec;
import dev.chaski.bus.Codecs;
import dev.chaski.bus.Event;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What users do to a bus that its plug-in must bear: odd names, handlers that fail badly, ends at the wrong moment. */
abstract class TroubleContract extends BusHarness {
    /** Longer than any plug-in waits for its handlers at the end. */
    private static final Duration END_LIMIT = Duration.ofSeconds(15);

    private static final int ROUTINE_NAME_BYTES = 200;

    @Test
    void aHandlerThatEndsWithAnErrorOrLeavesAnInterruptHarmsNothingElse() {
        demand(Capability.REDELIVERS);
        List<Event> failures = new CopyOnWriteArrayList<>();
        Bus bus = connect(uri(), BusOptions.defaults().withErrorHandler(failures::add));
        Inbox inbox = new Inbox();
        bus.subscribe(
                topic,
                event -> {
                    inbox.handle(event);
                    switch (inbox.size()) {
                        case 1 -> throw new AssertionError("broken");
                        case 2 -> throw new InterruptedException("enough");
                        case 3 -> Thread.currentThread().interrupt();
                        default -> {
                            // All is well again.
                        }
                    }
                },
                impatient(SubscribeOptions.queue("A")));
        bus.publish(topic, Message.of("1"));
        await().atMost(PATIENCE).until(() -> inbox.size() == 3);
        bus.publish(topic, Message.of("2"));
        await().atMost(PATIENCE).until(() -> inbox.size() >= 4);
        assertThat(inbox.texts()).containsExactly("1", "1", "1", "2");
        assertThat(failures).hasSize(2);
        assertThat(failures.get(0).error().orElseThrow())
                .isInstanceOf(BusException.class)
                .hasRootCauseInstanceOf(AssertionError.class);
        assertThat(failures.get(1).error().orElseThrow()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aHandlerMayEndItsOwnSubscription() throws Exception {
        Bus bus = connect();
        CompletableFuture<Subscription> own = new CompletableFuture<>();
        CompletableFuture<Boolean> isEnded = new CompletableFuture<>();
        Inbox inbox = new Inbox();
        Inbox other = new Inbox();
        bus.subscribe(topic, other);
        own.complete(bus.subscribe(topic, event -> {
            inbox.handle(event);
            own.get().unsubscribe();
            isEnded.complete(true);
        }));
        awaitSubscriptions(uri(), 2);
        List<String> sent = publish(bus, 3);
        assertThat(isEnded.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        bus.publish(topic, Message.of("last"));
        await().atMost(PATIENCE).until(() -> other.texts().contains("last"));
        assertThat(inbox.size()).isOne();
        assertThat(sent).containsAll(inbox.texts());
    }

    @Test
    void aBusEndsWhileAHandlerRunsAndWhatThatHeldGoesToAnother() throws InterruptedException {
        Bus goes = connect();
        Bus stays = connect();
        CountDownLatch isHandling = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch hasEnded = new CountDownLatch(1);
        goes.subscribe(
                topic,
                event -> {
                    isHandling.countDown();
                    try {
                        mayEnd.await();
                    } finally {
                        hasEnded.countDown();
                    }
                },
                SubscribeOptions.queue("A"));
        awaitSubscriptions(uri(), 1);
        stays.publish(topic, Message.of("held"));
        assertThat(isHandling.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        long startNs = System.nanoTime();
        goes.disconnect();
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(END_LIMIT);
        assertThatThrownBy(() -> goes.publish(topic, Message.of("late"))).hasMessageContaining("not connected");
        mayEnd.countDown();
        assertThat(hasEnded.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Inbox inbox = new Inbox();
        stays.subscribe(topic, inbox, SubscribeOptions.queue("A"));
        boolean isGivenBack =
                expected().contains(Capability.FAILS_OVER) || expected().contains(Capability.KEEPS_FOR_QUEUES);
        stays.publish(topic, Message.of("next"));
        List<String> due = isGivenBack ? List.of("held", "next") : List.of("next");
        await().atMost(PATIENCE).until(() -> inbox.texts().containsAll(due));
    }

    @Test
    void noMoreIsInFlightThanTheSubscriptionAllows() throws InterruptedException {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger inFlightMost = new AtomicInteger();
        Bus bus = connect();
        Inbox all = new Inbox();
        SubscribeOptions one = SubscribeOptions.queue("A").withInFlightMax(1);
        bus.subscribe(
                topic,
                event -> {
                    inFlightMost.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    events.add(event);
                },
                one.manualAck().withAckTimeout(PATIENCE));
        bus.subscribe(topic, all, SubscribeOptions.queue("B"));
        awaitSubscriptions(uri(), 2);
        List<String> sent = new ArrayList<>();
        // Several, for each publisher may deliver by itself.
        for (int publisher = 0; publisher < 2; publisher++) {
            Bus from = connect();
            for (int i = 0; i < 2; i++) {
                sent.add(publisher + "-" + i);
                from.publish(topic, Message.of(sent.getLast()));
            }
        }
        await().atMost(PATIENCE).until(() -> all.size() == sent.size());
        List<String> handled = new ArrayList<>();
        while (handled.size() < sent.size()) {
            Event event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("after %s", handled).isNotNull();
            handled.add(event.message().text());
            inFlight.decrementAndGet();
            event.ack();
        }
        assertThat(handled).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(inFlightMost).hasValue(1);
    }

    @Test
    void whatWasClosedLeavesNoThreadAndNoFileOrSocketOpen() throws Exception {
        // The first round starts what is shared and stays.
        connectAndEnd("1");
        Leftovers before = Leftovers.now();
        connectAndEnd("2");
        await().atMost(PATIENCE).untilAsserted(() -> Leftovers.now().assertNoMoreThan(before));
    }

    private void connectAndEnd(String text) {
        try (Bus bus = Bus.of(uri())) {
            bus.connect();
            Inbox all = new Inbox();
            Inbox queue = new Inbox();
            Subscription ended = bus.subscribe(topic, all);
            bus.subscribe(topic, queue, SubscribeOptions.queue("A"));
            bus.publish(topic, Message.of(text));
            await().atMost(PATIENCE)
                    .until(() -> all.texts().contains(text) && queue.texts().contains(text));
            ended.unsubscribe();
        }
    }

    @Test
    void oddTopicsAreKeptApartOrRefusedInWords() {
        Bus bus = connect();
        Map<String, Inbox> inboxes = new LinkedHashMap<>();
        List<String> odd = List.of(".", "a..b.", "*", ">", "+/#", "$SYS/x", "__x", "a:b", " ", "é".repeat(512));
        for (String name : odd) {
            Inbox inbox = new Inbox();
            try {
                bus.subscribe(name, inbox);
                inboxes.put(name, inbox);
            } catch (BusException e) {
                boolean isLong = name.getBytes(StandardCharsets.UTF_8).length > ROUTINE_NAME_BYTES;
                assertThat(isLong || !expected().contains(Capability.ANY_TOPIC))
                        .as("%s: %s", name, e)
                        .isTrue();
                assertThatThrownBy(() -> bus.publish(name, Message.of(name))).isInstanceOf(BusException.class);
            }
        }
        inboxes.keySet().forEach(name -> bus.publish(name, Message.of(name)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(inboxes)
                        .noneSatisfy((name, inbox) -> assertThat(inbox.size()).isZero()));
        assertThat(inboxes)
                .allSatisfy((name, inbox) -> assertThat(inbox.texts()).containsExactly(name));
    }

    @Test
    void oddQueuesAreKeptApartOrRefusedInWords() {
        Bus bus = connect();
        Map<String, Inbox> inboxes = new LinkedHashMap<>();
        for (String name : List.of("a b", "*", "é/+#>", "..")) {
            Inbox inbox = new Inbox();
            try {
                bus.subscribe(topic, inbox, SubscribeOptions.queue(name));
                inboxes.put(name, inbox);
            } catch (BusException e) {
                assertThat(expected()).as("%s: %s", name, e).doesNotContain(Capability.ANY_TOPIC);
            }
        }
        awaitSubscriptions(uri(), inboxes.size());
        bus.publish(topic, Message.of("hello"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(inboxes)
                        .noneSatisfy((name, inbox) -> assertThat(inbox.size()).isZero()));
        assertThat(inboxes)
                .allSatisfy((name, inbox) -> assertThat(inbox.texts()).containsExactly("hello"));
    }

    @Test
    void eachCodecCarriesAMessageAndSaysWhatItCannot() {
        for (Codec codec : List.of(Codecs.CBOR, Codecs.PROTOBUF, Codecs.RAW)) {
            Bus bus = connect(uri(), BusOptions.defaults().withCodec(codec));
            Inbox inbox = new Inbox();
            String name = topic + "." + codec.name();
            bus.subscribe(name, inbox);
            List<Message> sent = new ArrayList<>();
            Message plain = Message.of(new byte[] {0, 1, -1});
            Message withHeader = Message.of(Map.of("Id", "ø"), new byte[] {2});
            for (Message message : List.of(plain, withHeader)) {
                try {
                    bus.publish(name, message);
                    sent.add(message);
                } catch (BusException e) {
                    assertThat(codec).as("%s", e).isEqualTo(Codecs.RAW);
                    assertThat(e).hasMessageContaining("Id");
                }
            }
            await().alias(codec.name()).atMost(PATIENCE).until(() -> inbox.size() == sent.size());
            assertThat(inbox.messages()).contains(plain).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @Test
    void oneThatIsTooLargeIsRefusedAndHoldsUpNoOther() {
        Bus bus = connect();
        Inbox inbox = new Inbox();
        bus.subscribe(topic, inbox, SubscribeOptions.queue("A"));
        Message large = Message.of(new byte[3 << 20]);
        boolean isTaken = true;
        try {
            bus.publish(topic, large);
        } catch (BusException e) {
            isTaken = false;
            assertThat(e).hasMessageContaining("not published to " + topic);
        }
        assertThatCode(() -> bus.publish(topic, Message.of("next"))).doesNotThrowAnyException();
        int due = isTaken ? 2 : 1;
        await().atMost(PATIENCE).until(() -> inbox.size() == due);
        assertThat(inbox.messages()).contains(Message.of("next"));
    }
}
