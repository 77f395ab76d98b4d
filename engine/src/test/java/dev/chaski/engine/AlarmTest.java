package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class AlarmTest {
    private static final int STEPS = 20_000;
    private static final long LONG_MS = 60_000;

    static LongStream seeds() {
        return Seeds.seeds();
    }

    /** A loop whose time is set by hand. */
    private static final class ManualLoop implements Loop {
        private record Timer(long atMs, long order, Runnable task) implements Comparable<Timer> {
            @Override
            public int compareTo(Timer other) {
                return atMs == other.atMs ? Long.compare(order, other.order) : Long.compare(atMs, other.atMs);
            }
        }

        private final PriorityQueue<Timer> timers = new PriorityQueue<>();
        private long order;
        long nowMs;

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            timers.add(new Timer(nowMs + delayMs, order++, task));
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        void advance(long ms) {
            long until = nowMs + ms;
            while (!timers.isEmpty() && timers.peek().atMs <= until) {
                Timer next = timers.remove();
                nowMs = Math.max(nowMs, next.atMs);
                next.task.run();
            }
            nowMs = until;
        }
    }

    /** As a channel does: a long time-out is always ahead, and every now and then something is due sooner. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theTaskRunsInTimeAndTimersDoNotPileUp(long seed) {
        Random random = new Random(seed);
        ManualLoop loop = new ManualLoop();
        PriorityQueue<Long> due = new PriorityQueue<>();
        Alarm[] alarm = new Alarm[1];
        alarm[0] = new Alarm(loop, () -> loop.nowMs, () -> {
            while (!due.isEmpty() && due.peek() <= loop.nowMs) {
                due.remove();
            }
            alarm[0].set(due.isEmpty() ? loop.nowMs + LONG_MS : due.peek());
        });
        for (int step = 0; step < STEPS; step++) {
            long atMs = loop.nowMs + (random.nextBoolean() ? LONG_MS : 1 + random.nextInt(100));
            due.add(atMs);
            alarm[0].set(atMs);
            loop.advance(random.nextInt(300));
            assertThat(due.isEmpty() ? Long.MAX_VALUE : due.peek())
                    .as("what was due by %d", loop.nowMs)
                    .isGreaterThanOrEqualTo(loop.nowMs);
            assertThat(alarm[0].pendingCount()).isEqualTo(loop.timers.size()).isLessThan(200);
        }
    }
}
