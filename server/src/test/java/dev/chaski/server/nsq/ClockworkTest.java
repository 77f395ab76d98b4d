package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.engine.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections are woken when they asked to be, by one timer for all of them. */
class ClockworkTest {
    private final ManualLoop loop = new ManualLoop();
    private long nowNs = 123;
    private long sinceTickMs;
    private final Clockwork clockwork = new Clockwork(loop, () -> nowNs);
    private final List<Long> woken = new ArrayList<>();

    @Test
    void nobodyIsWokenBeforeTheTimeNorATickLate() {
        long due = nowNs + TimeUnit.MILLISECONDS.toNanos(1000);
        clockwork.wakeAt(woken::add, due);
        runUntilMs(3000);
        assertThat(woken).hasSize(1);
        assertThat(woken.getFirst() - due).isBetween(0L, TimeUnit.MILLISECONDS.toNanos(Clockwork.TICK_MS) - 1);
    }

    @Test
    void aWakeUpThatIsCalledOffDoesNotCome() {
        clockwork.wakeAt(woken::add, nowNs + 1).cancel();
        runUntilMs(1000);
        assertThat(woken).isEmpty();
    }

    @Test
    void whatIsBeyondTheHorizonComesInItsTime() {
        long due = nowNs + TimeUnit.MINUTES.toNanos(10);
        clockwork.wakeAt(woken::add, due);
        runUntilMs(TimeUnit.MINUTES.toMillis(11));
        assertThat(woken).hasSize(1);
        assertThat(woken.getFirst()).isGreaterThanOrEqualTo(due);
    }

    @Test
    void theTimerStopsWhileNobodySleeps() {
        clockwork.wakeAt(woken::add, nowNs);
        runUntilMs(1000);
        assertThat(loop.scheduled).isEmpty();
        clockwork.wakeAt(woken::add, nowNs);
        runUntilMs(2000);
        assertThat(woken).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void everybodyIsWokenOnceAndInTime(long seed) {
        Random random = new Random(seed);
        long tickNs = TimeUnit.MILLISECONDS.toNanos(Clockwork.TICK_MS);
        int[] count = new int[500];
        for (int i = 0; i < count.length; i++) {
            int number = i;
            long due = nowNs + TimeUnit.MILLISECONDS.toNanos(random.nextInt(300_000));
            clockwork.wakeAt(
                    now -> {
                        count[number]++;
                        assertThat(now).isBetween(due, due + 2 * tickNs);
                    },
                    due);
            runUntilMs(random.nextInt(50));
        }
        runUntilMs(320_000);
        assertThat(count).containsOnly(1);
    }

    /** Lets so many milliseconds go by; the timer runs once for each tick. */
    private void runUntilMs(long ms) {
        for (long i = 0; i < ms; i++) {
            nowNs += TimeUnit.MILLISECONDS.toNanos(1);
            sinceTickMs++;
            if (sinceTickMs == Clockwork.TICK_MS) {
                sinceTickMs = 0;
                loop.runScheduled();
            }
        }
    }

    private static final class ManualLoop implements Loop {
        private final Queue<Runnable> scheduled = new ArrayDeque<>();

        void runScheduled() {
            for (int i = scheduled.size(); i > 0; i--) {
                scheduled.remove().run();
            }
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public void schedule(Runnable task, long delayMs) {
            scheduled.add(task);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
