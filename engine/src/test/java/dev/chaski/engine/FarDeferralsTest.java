package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.wire.MessageId;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
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

    /** The log, as the search of a promotion finds it, and what the channel knows by itself. */
    private static final class Model {
        final TreeMap<Long, Long> log = new TreeMap<>();
        final Set<Long> near = new HashSet<>();
        final FarDeferrals far = new FarDeferrals(0);
        long nowMs = 1_000_000;
        long read;

        void publish(Random random) {
            read = MessageId.firstOffset(1 + log.size() / PER_BLOCK) + log.size() % PER_BLOCK;
            long dueMs = nowMs + 1 + (random.nextInt(4) == 0 ? random.nextInt(100_000_000) : random.nextInt(300_000));
            log.put(read, dueMs);
            if (!far.take(read, dueMs, nowMs)) {
                near.add(read);
            }
            read++;
        }

        void promote(Random random) {
            Promotion promotion = far.begin(nowMs, read, 0);
            int promoted = 0;
            for (long block : promotion.blocks()) {
                if (random.nextInt(6) == 0) {
                    break; // the disk failed
                }
                promoted += search(promotion, block);
                if (random.nextInt(4) == 0) {
                    publish(random);
                }
            }
            far.end(promoted);
        }

        private int search(Promotion promotion, long block) {
            int found = 0;
            int left = 0;
            long leftDueMs = Long.MAX_VALUE;
            long to = Math.min(MessageId.firstOffset(block + 1), promotion.toOffset());
            for (Map.Entry<Long, Long> each :
                    log.subMap(MessageId.firstOffset(block), to).entrySet()) {
                if (each.getValue() > promotion.untilMs()) {
                    left++;
                    leftDueMs = Math.min(leftDueMs, each.getValue());
                } else if (each.getValue() > promotion.afterMs()) {
                    near.add(each.getKey());
                    found++;
                }
            }
            far.searched(block, left, leftDueMs);
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyMessageIsNearBeforeItIsDueAlsoWhereSearchesFail(long seed) {
        Random random = new Random(seed);
        Model model = new Model();
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) > 0) {
                model.publish(random);
            } else {
                model.nowMs += random.nextInt(20_000);
            }
            for (int tries = 0; tries < 50 && model.far.isPromotionDue(model.nowMs); tries++) {
                model.promote(random);
            }
            if (step % CHECK_EVERY > 0) {
                continue;
            }
            model.log.forEach((offset, dueMs) -> {
                if (dueMs <= model.nowMs) {
                    assertThat(model.near).as("seed %d: what is due", seed).contains(offset);
                }
            });
        }
    }
}
