package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The rules of RDY, on a clock that the test moves. {@code -Dseed=} replays the random ones. */
class FlowControlTest {
    private static final Duration BASE = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private long nowNs = 1_000_000_000_000L;
    private final List<FakeReader> readers = new ArrayList<>();

    private final class FakeReader implements FlowControl.Reader {
        private final int most;
        private int ready;
        private int told;
        private int inFlight;
        private long lastMessageNs = nowNs;

        FakeReader(int most) {
            this.most = most;
        }

        @Override
        public int readyMax() {
            return most;
        }

        @Override
        public long lastMessageNs() {
            return lastMessageNs;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }

        @Override
        public long timeoutNs() {
            return TIMEOUT.toNanos();
        }

        @Override
        public void ready(int count) {
            ready = count;
            told++;
        }
    }

    /** Without a grace: what one has less another has more at once. */
    private FlowControl flow(int inFlightMax) {
        return flow(inFlightMax, Duration.ZERO, LONGEST);
    }

    private FlowControl flow(int inFlightMax, Duration grace, Duration longest) {
        Shares shares = new Shares(inFlightMax, grace, new Random(seed), () -> nowNs);
        return new FlowControl(shares, BASE, longest, () -> nowNs);
    }

    private FakeReader join(FlowControl flow) {
        FakeReader reader = new FakeReader(2_500);
        readers.add(reader);
        flow.joined(reader);
        return reader;
    }

    private List<Integer> ready() {
        return readers.stream().map(reader -> reader.ready).toList();
    }

    private int total() {
        return readers.stream().mapToInt(reader -> reader.ready).sum();
    }

    private void pass(FlowControl flow, long seconds) {
        for (int i = 0; i < seconds; i++) {
            nowNs += TimeUnit.SECONDS.toNanos(1);
            flow.tick();
        }
    }

    @Test
    void theMostIsDividedOverTheConnectionsWithoutARest() {
        FlowControl flow = flow(10);
        join(flow);
        assertThat(ready()).containsExactly(10);
        join(flow);
        assertThat(ready()).containsExactly(5, 5);
        join(flow);
        assertThat(ready()).containsExactly(4, 3, 3);
        FakeReader gone = readers.removeFirst();
        flow.left(gone);
        assertThat(ready()).containsExactly(5, 5);
    }

    @Test
    void nobodyGetsMoreThanItsServerAllows() {
        FlowControl flow = flow(10_000);
        join(flow);
        assertThat(ready()).containsExactly(2_500);
    }

    @Test
    void withMoreConnectionsThanTheMostSomeGetOneAndTheIdleGiveItAway() {
        FlowControl flow = flow(2);
        for (int i = 0; i < 5; i++) {
            join(flow);
        }
        assertThat(total()).isEqualTo(2);
        List<Integer> before = ready();
        FakeReader busy = readers.get(before.indexOf(1));
        // One brings messages and the other does not.
        for (int i = 0; i < 15; i++) {
            busy.lastMessageNs = nowNs;
            pass(flow, 1);
        }
        assertThat(total()).isEqualTo(2);
        assertThat(busy.ready).isOne();
        assertThat(ready()).isNotEqualTo(before);
        // Its turn ends all the same.
        int told = busy.told;
        for (int i = 0; i < 21; i++) {
            busy.lastMessageNs = nowNs;
            pass(flow, 1);
        }
        assertThat(busy.told).isGreaterThan(told);
    }

    @Test
    void everyConnectionHasItsTurn() {
        FlowControl flow = flow(1);
        for (int i = 0; i < 4; i++) {
            join(flow);
        }
        pass(flow, 1_000);
        assertThat(readers)
                .as("seed %s", seed)
                .allSatisfy(reader -> assertThat(reader.told).isPositive());
        assertThat(total()).isOne();
    }

    @Test
    void aFailureStopsAllThenOneIsTriedAndSuccessResumes() {
        FlowControl flow = flow(100);
        join(flow);
        join(flow);
        flow.settled(Message.Fate.REQUEUED);
        assertThat(flow.level()).isOne();
        assertThat(ready()).containsExactly(0, 0);
        pass(flow, 1);
        assertThat(total()).isZero();
        pass(flow, 1); // 2^1 seconds
        assertThat(total()).isOne();
        flow.settled(Message.Fate.FINISHED);
        assertThat(flow.level()).isZero();
        assertThat(ready()).containsExactly(50, 50);
    }

    @Test
    void whatIsSettledDuringAWaitDoesNotCount() {
        FlowControl flow = flow(100);
        join(flow);
        for (int i = 0; i < 50; i++) {
            flow.settled(Message.Fate.REQUEUED);
            flow.settled(Message.Fate.FINISHED);
        }
        assertThat(flow.level()).isOne();
    }

    @Test
    void eachFailureDoublesTheWaitAndEachSuccessHalvesIt() {
        FlowControl flow = flow(100);
        join(flow);
        long[] waits = {2, 4, 8, 16, 32, 64, 64, 64};
        for (long wait : waits) {
            flow.settled(Message.Fate.REQUEUED);
            pass(flow, wait - 1);
            assertThat(total()).as("wait of %s s", wait).isZero();
            pass(flow, 1);
            assertThat(total()).as("wait of %s s", wait).isOne();
        }
        assertThat(flow.level()).isEqualTo(6); // 2^7 s is longer than the longest
        for (long wait : new long[] {32, 16, 8, 4, 2}) {
            flow.settled(Message.Fate.FINISHED);
            pass(flow, wait - 1);
            assertThat(total()).isZero();
            pass(flow, 1);
            assertThat(total()).isOne();
        }
        flow.settled(Message.Fate.FINISHED);
        assertThat(flow.level()).isZero();
        assertThat(total()).isEqualTo(100);
    }

    @Test
    void aPostponedMessageNeitherRaisesNorLowersTheLevel() {
        FlowControl flow = flow(100);
        join(flow);
        flow.settled(Message.Fate.POSTPONED);
        assertThat(total()).isEqualTo(100);
        flow.settled(Message.Fate.REQUEUED);
        pass(flow, 2);
        flow.settled(Message.Fate.POSTPONED);
        assertThat(flow.level()).isOne();
        assertThat(total()).isZero();
        pass(flow, 2);
        assertThat(total()).isOne();
    }

    @Test
    void whenTheOneThatIsTriedLeavesOrIsIdleAnotherIsTried() {
        FlowControl flow = flow(100);
        for (int i = 0; i < 3; i++) {
            join(flow);
        }
        flow.settled(Message.Fate.REQUEUED);
        pass(flow, 2);
        FakeReader tried = readers.get(ready().indexOf(1));
        readers.remove(tried);
        flow.left(tried);
        assertThat(total()).isOne();
        FakeReader second = readers.get(ready().indexOf(1));
        pass(flow, 20);
        assertThat(total()).isOne();
        assertThat(second.told).isGreaterThan(2);
        flow.left(readers.removeFirst());
        flow.left(readers.removeFirst());
        pass(flow, 10);
        join(flow);
        assertThat(total()).isOne();
    }

    @Test
    void aPauseAsksForNothingAndAChangeIsFollowedAtOnce() {
        FlowControl flow = flow(10);
        join(flow);
        join(flow);
        flow.pause(true);
        assertThat(total()).isZero();
        join(flow);
        pass(flow, 60);
        assertThat(total()).isZero();
        flow.inFlightMax(6);
        assertThat(total()).isZero();
        flow.pause(false);
        assertThat(ready()).containsExactly(2, 2, 2);
        flow.inFlightMax(2);
        assertThat(total()).isEqualTo(2);
        flow.inFlightMax(30);
        assertThat(ready()).containsExactly(10, 10, 10);
    }

    @Test
    void withoutBackOffFailuresChangeNothing() {
        FlowControl flow = flow(10, Duration.ZERO, Duration.ZERO);
        join(flow);
        flow.settled(Message.Fate.REQUEUED);
        assertThat(total()).isEqualTo(10);
        assertThat(flow.level()).isZero();
    }

    @Test
    void whateverHappensTheMostIsNeverExceededAndNobodyStarves() {
        Random random = new Random(seed);
        FlowControl flow = flow(7);
        int most = 7;
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> join(flow);
                case 1 -> {
                    if (readers.size() > 1) {
                        flow.left(readers.remove(random.nextInt(readers.size())));
                    }
                }
                case 2 -> flow.settled(Message.Fate.REQUEUED);
                case 3, 4 -> flow.settled(Message.Fate.FINISHED);
                case 5 -> {
                    most = 1 + random.nextInt(40);
                    flow.inFlightMax(most);
                }
                default -> pass(flow, 1 + random.nextInt(20));
            }
            assertThat(total()).as("seed %s, step %s", seed, step).isLessThanOrEqualTo(flow.level() > 0 ? 1 : most);
        }
        pass(flow, 70);
        assertThat(total()).as("seed %s", seed).isPositive();
    }

    @Test
    void whatOneGivesBackComesToAnotherAfterTheGrace() {
        FlowControl flow = flow(10, GRACE, LONGEST);
        join(flow);
        join(flow);
        assertThat(ready()).containsExactly(5, 0);
        nowNs += GRACE.toNanos() - 1;
        flow.tick();
        assertThat(ready()).containsExactly(5, 0);
        nowNs += 1;
        flow.tick();
        assertThat(ready()).containsExactly(5, 5);
    }

    @Test
    void whatIsInFlightAfterTheGraceComesToAnotherAsItIsSettled() {
        FlowControl flow = flow(10, GRACE, LONGEST);
        FakeReader busy = join(flow);
        busy.inFlight = 8;
        join(flow);
        pass(flow, 1);
        assertThat(ready()).containsExactly(5, 2);
        for (int left = 7; left >= 5; left--) {
            busy.inFlight = left;
            flow.settled(Message.Fate.FINISHED);
            assertThat(ready()).containsExactly(5, 10 - left);
        }
        busy.inFlight = 0;
        flow.settled(Message.Fate.FINISHED);
        assertThat(ready()).containsExactly(5, 5);
    }

    @Test
    void whatIsHandledOfALostConnectionCountsUntilItIsSettledOrTimedOut() {
        FlowControl flow = flow(10, GRACE, LONGEST);
        FakeReader lost = join(flow);
        lost.inFlight = 9;
        readers.remove(lost);
        flow.left(lost);
        join(flow);
        assertThat(ready()).containsExactly(1);
        lost.inFlight = 4;
        flow.settled(Message.Fate.LEFT);
        assertThat(ready()).containsExactly(6);
        pass(flow, TIMEOUT.toSeconds());
        assertThat(ready()).containsExactly(10);
    }

    /** Servers that hear of RDY late, and deliver all they may; messages that are settled at random. */
    @Test
    void whatIsDeliveredAndNotSettledNeverExceedsTheMost() {
        Random random = new Random(seed);
        int most = 20;
        FlowControl flow = flow(most, GRACE, LONGEST);
        List<LateServer> servers = new ArrayList<>();
        long delivered = 0;
        for (int step = 0; step < 50_000; step++) {
            nowNs += TimeUnit.MILLISECONDS.toNanos(random.nextInt(40));
            if (random.nextInt(100) == 0 && servers.size() < 40) {
                LateServer server = new LateServer(random);
                servers.add(server);
                flow.joined(server);
            } else if (random.nextInt(400) == 0 && !servers.isEmpty()) {
                LateServer server = servers.get(random.nextInt(servers.size()));
                server.isLost = true;
                flow.left(server);
            }
            flow.tick();
            for (LateServer server : servers) {
                delivered += server.deliver();
            }
            assertThat(servers.stream().mapToInt(server -> server.inFlight).sum())
                    .as("seed %s, step %s", seed, step)
                    .isLessThanOrEqualTo(most);
            for (LateServer server : servers) {
                while (server.inFlight > 0 && random.nextInt(3) > 0) {
                    server.inFlight--;
                    flow.settled(server.isLost ? Message.Fate.LEFT : fate(random));
                }
            }
            servers.removeIf(server -> server.isLost && server.inFlight == 0);
        }
        assertThat(delivered).as("seed %s", seed).isGreaterThan(10_000);
    }

    private static Message.Fate fate(Random random) {
        return random.nextInt(5_000) == 0 ? Message.Fate.REQUEUED : Message.Fate.FINISHED;
    }

    private final class LateServer implements FlowControl.Reader {
        private record Ready(int count, long heardNs) {}

        private final Random random;
        private final Deque<Ready> onTheirWay = new ArrayDeque<>();
        private int ready;
        private int inFlight;
        private boolean isLost;
        private long lastMessageNs = nowNs;

        LateServer(Random random) {
            this.random = random;
        }

        @Override
        public void ready(int count) {
            long lateNs = random.nextLong(GRACE.toNanos());
            long afterNs = onTheirWay.isEmpty() ? nowNs : onTheirWay.getLast().heardNs();
            onTheirWay.add(new Ready(count, Math.max(afterNs, nowNs + lateNs)));
        }

        int deliver() {
            while (!onTheirWay.isEmpty() && onTheirWay.getFirst().heardNs() <= nowNs) {
                ready = onTheirWay.removeFirst().count();
            }
            if (isLost || inFlight >= ready) {
                return 0;
            }
            int count = random.nextInt(ready - inFlight + 1);
            inFlight += count;
            lastMessageNs = count > 0 ? nowNs : lastMessageNs;
            return count;
        }

        @Override
        public int readyMax() {
            return 2_500;
        }

        @Override
        public long lastMessageNs() {
            return lastMessageNs;
        }

        @Override
        public int inFlight() {
            return inFlight;
        }

        @Override
        public long timeoutNs() {
            return TIMEOUT.toNanos();
        }
    }
}
