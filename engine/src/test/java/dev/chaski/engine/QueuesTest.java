package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class QueuesTest {
    private static final int STEPS = 20_000;

    static java.util.stream.LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void offsetsComeOutInTheOrderTheyWentIn(long seed) {
        Random random = new Random(seed);
        OffsetQueue queue = new OffsetQueue();
        ArrayDeque<Long> model = new ArrayDeque<>();
        for (int i = 0; i < STEPS; i++) {
            boolean grows = (i / 3000) % 2 == 0;
            if (random.nextInt(10) < (grows ? 7 : 3) || model.isEmpty()) {
                long offset = random.nextLong(1L << 54);
                queue.add(offset);
                model.addLast(offset);
            } else {
                assertThat(queue.peek()).isEqualTo(model.peekFirst());
                assertThat(queue.poll()).isEqualTo(model.pollFirst());
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsDueFirstComesOutFirst(long seed) {
        Random random = new Random(seed);
        DueQueue queue = new DueQueue();
        PriorityQueue<Long> model = new PriorityQueue<>(Comparator.naturalOrder());
        for (int i = 0; i < STEPS; i++) {
            boolean grows = (i / 3000) % 2 == 0;
            if (random.nextInt(10) < (grows ? 7 : 3) || model.isEmpty()) {
                long due = random.nextLong(100_000);
                queue.add(due, due * 7);
                model.add(due);
            } else {
                assertThat(queue.nextDueMs()).isEqualTo(model.peek());
                assertThat(queue.poll()).isEqualTo(model.poll() * 7);
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyMessageStillInFlightExpiresOnceAndNoOther(long seed) {
        Random random = new Random(seed);
        InFlightQueue queue = new InFlightQueue();
        Set<Long> inFlight = new HashSet<>();
        Set<Long> expired = new HashSet<>();
        long next = 0;
        long now = 0;
        for (int i = 0; i < STEPS; i++) {
            now += random.nextInt(3);
            int count = 1 + random.nextInt(5);
            for (int k = 0; k < count; k++) {
                inFlight.add(next + k);
            }
            queue.add(next, count, now + 1000, (offset, _) -> inFlight.contains(offset));
            next += count;
            if (random.nextInt(100) < 95) {
                long from = Math.max(0, next - 300);
                for (int k = 0; k < count; k++) {
                    inFlight.remove(random.nextLong(from, next));
                }
            }
            while (queue.nextDeadlineMs((offset, _) -> inFlight.contains(offset)) <= now) {
                long offset = queue.peek();
                queue.poll();
                if (inFlight.remove(offset)) {
                    assertThat(expired.add(offset)).isTrue();
                }
            }
        }
        while (queue.nextDeadlineMs((offset, _) -> inFlight.contains(offset)) != Long.MAX_VALUE) {
            long offset = queue.peek();
            queue.poll();
            inFlight.remove(offset);
        }
        assertThat(inFlight).isEmpty();
    }

    @Test
    void aMessageThatIsTouchedForHoursTakesNoMoreRoom() {
        InFlightQueue queue = new InFlightQueue();
        long[] deadlineMs = {60_000};
        InFlightQueue.StillInFlight still = (offset, entryMs) -> offset == 7 ? deadlineMs[0] <= entryMs : offset == 1;
        queue.add(1, 1, 60_000, still);
        for (int i = 0; i < 1_000_000; i++) {
            deadlineMs[0]++;
            queue.add(7, 1, deadlineMs[0], still);
        }
        assertThat(queue.capacity()).isLessThanOrEqualTo(64);
        assertThat(queue.nextDeadlineMs(still)).isEqualTo(60_000);
        assertThat(queue.lastDeadlineMs()).isEqualTo(deadlineMs[0]);
    }
}
