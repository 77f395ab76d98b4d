package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class FarDeferralsTest {
    private static final int STEPS = 3000;
    private static final int CHECK_EVERY = 25;
    private static final int PER_BLOCK = 20;

    static LongStream seeds() {
        return Seeds.seeds();
    }

    /** The log, as the search of a promotion finds it, and what the channel was given. */
    private static final class Model {
        final Random random;
        final TreeMap<Long, Long> log = new TreeMap<>();
        /** Near or delivered; what is near may be finished at any time, so nothing may come twice. */
        final Set<Long> given = new HashSet<>();

        final Set<Long> dropped = new HashSet<>();
        FarDeferrals far = new FarDeferrals(0);
        long nowMs = 1_000_000;
        long published;
        long read;

        Model(Random random) {
            this.random = random;
        }

        void publish() {
            long offset = MessageId.firstOffset(1 + published / PER_BLOCK) + published % PER_BLOCK;
            long inMs = 1L + (random.nextInt(4) == 0 ? random.nextInt(100_000_000) : random.nextInt(300_000));
            log.put(offset, nowMs + inMs);
            published++;
        }

        /** Some of it may be due by then, and some may have been emptied. */
        void readAll() {
            for (Map.Entry<Long, Long> next = log.ceilingEntry(read); next != null; next = log.ceilingEntry(read)) {
                long offset = next.getKey();
                if (random.nextInt(12) == 0) {
                    dropped.add(offset);
                    far.passOver(read, offset + 1);
                } else if (!far.take(offset, next.getValue(), nowMs)) {
                    give(offset);
                }
                read = offset + 1;
            }
        }

        void promote() {
            Promotion promotion = far.begin(nowMs, read, 0);
            int promoted = 0;
            for (FarRange range : promotion.ranges()) {
                if (random.nextInt(6) == 0) {
                    continue; // the disk failed
                }
                long from = range.fromOffset();
                while (from < range.toOffset()) {
                    if (random.nextInt(6) == 0) {
                        break; // in the middle
                    }
                    long to = random.nextBoolean() ? range.toOffset() : from + 1 + random.nextInt(PER_BLOCK);
                    promoted += search(promotion, range, from, Math.min(to, range.toOffset()));
                    from = Math.min(to, range.toOffset());
                    publishAndRead();
                }
            }
            far.end(promoted);
        }

        private void publishAndRead() {
            if (random.nextInt(4) == 0) {
                publish();
                readAll();
            }
        }

        private int search(Promotion promotion, FarRange range, long from, long to) {
            List<Long> found = new ArrayList<>();
            int left = 0;
            long leftDueMs = Long.MAX_VALUE;
            for (Map.Entry<Long, Long> each : log.subMap(from, to).entrySet()) {
                if (each.getValue() > promotion.untilMs()) {
                    left++;
                    leftDueMs = Math.min(leftDueMs, each.getValue());
                } else if (each.getValue() > range.settledMs()) {
                    found.add(each.getKey());
                }
            }
            found.forEach(this::give);
            far.searched(new Searched(from, to, new long[0], found.size(), left, leftDueMs));
            return found.size();
        }

        private void give(long offset) {
            assertThat(given.add(offset)).as("%d was not given before", offset).isTrue();
            assertThat(dropped).as("what was dropped stays so").doesNotContain(offset);
        }

        /** Goes on from what was written, as after a restart; a search that was under way is over. */
        void restart() {
            ByteBuffer bytes = ByteBuffer.allocate(far.sizeBytes());
            far.write(bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            far = new FarDeferrals(0);
            far.read(bytes.flip());
        }

        void check() {
            Set<Long> expected = new HashSet<>();
            log.headMap(read).forEach((offset, dueMs) -> {
                boolean isFar = far.holds(offset, dueMs);
                assertThat(isFar).as("%d", offset).isEqualTo(!given.contains(offset) && !dropped.contains(offset));
                assertThat(isFar && dueMs <= nowMs)
                        .as("%d is due and far", offset)
                        .isFalse();
                if (isFar) {
                    expected.add(offset);
                    assertThat(far.countIn(offset)).isPositive();
                }
            });
            assertThat(far.count()).isEqualTo(expected.size());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyMessageIsNearOnceAndBeforeItIsDueAlsoWhereSearchesFail(long seed) {
        Model model = new Model(new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            switch (model.random.nextInt(8)) {
                case 0, 1, 2, 3 -> model.publish();
                case 4, 5 -> model.readAll();
                case 6 -> model.nowMs += model.random.nextInt(40_000);
                default -> model.restart();
            }
            for (int tries = 0; tries < 200 && model.far.isPromotionDue(model.nowMs); tries++) {
                model.promote();
            }
            if (step % CHECK_EVERY == 0) {
                try {
                    model.check();
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + " step " + step, e);
                }
            }
        }
    }

    /** A slow topic stays in a segment for months: its ranges become one again. */
    @Test
    void aSegmentIsOneRangeAfterManySearches() {
        FarDeferrals far = new FarDeferrals(0);
        long dayMs = 86_400_000;
        long nowMs = dayMs;
        long offset = 0;
        for (int day = 0; day < 100; day++) {
            far.take(offset++, nowMs + dayMs, nowMs);
            far.take(offset++, nowMs + 1000 * dayMs, nowMs);
            nowMs += dayMs;
            while (far.isPromotionDue(nowMs)) {
                Promotion promotion = far.begin(nowMs, offset, 0);
                for (FarRange range : promotion.ranges()) {
                    int left = (int) ((range.toOffset() + 1) / 2 - range.fromOffset() / 2 - 1);
                    far.searched(new Searched(
                            range.fromOffset(), range.toOffset(), new long[0], 1, Math.max(1, left), 1001 * dayMs));
                }
                far.end(1);
            }
        }
        assertThat(far.sizeBytes()).isLessThanOrEqualTo(new FarDeferrals(0).sizeBytes() + 2 * FarRange.BYTES);
    }

    @Test
    void whatAnEarlierVersionKnewOfWholeSegmentsIsReadAsRangesOfThem() {
        ByteBuffer bytes = ByteBuffer.allocate(100);
        long floor = MessageId.firstOffset(3) + 7;
        bytes.putLong(5000).putLong(floor).putInt(2);
        bytes.putLong(3).putInt(10).putLong(6000);
        bytes.putLong(4).putInt(20).putLong(5500);
        FarDeferrals far = new FarDeferrals(0);

        far.readBlocks(bytes.flip());

        assertThat(far.count()).isEqualTo(30);
        assertThat(far.firstDueMs()).isEqualTo(5500);
        assertThat(far.holds(floor - 1, 6000)).isFalse();
        assertThat(far.holds(floor, 5000)).isFalse();
        assertThat(far.holds(floor, 5001)).isTrue();
        assertThat(far.countIn(MessageId.firstOffset(4))).isEqualTo(20);
    }
}
