package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class UnsettledTest {
    private static final int STEPS = 50_000;

    static java.util.stream.LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyOffsetIsInTheStateThatItWasLastPutIn(long seed) {
        Random random = new Random(seed);
        ChunkPool pool = new ChunkPool(false);
        Unsettled[] channels = {new Unsettled(pool), new Unsettled(pool)}; // that hand spans and chunks to one another
        Map<Long, Byte>[] models = models();
        for (int i = 0; i < STEPS; i++) {
            int channel = random.nextInt(2);
            Unsettled unsettled = channels[channel];
            Map<Long, Byte> model = models[channel];
            long offset = random.nextLong(random.nextBoolean() ? 300 : 6_000);
            if (random.nextInt(100) < (i / 5_000 % 2 == 0 ? 70 : 30)) {
                byte state = (byte) (1 + random.nextInt(3));
                unsettled.touch(offset).set(Span.slotOf(offset), state);
                model.put(offset, state);
            } else if (model.remove(offset) != null) {
                Span span = unsettled.at(offset);
                assertThat(span).as("seed %d", seed).isNotNull();
                unsettled.settle(span, Span.slotOf(offset));
            }
            if (random.nextInt(500) == 0) {
                unsettled.forgetDirty();
            }
            if (random.nextInt(5_000) == 0) {
                unsettled.clear();
                model.clear();
            }
            assertThat(unsettled.state(offset)).as("seed %d", seed).isEqualTo(model.getOrDefault(offset, Span.SETTLED));
        }
        for (int channel = 0; channel < 2; channel++) {
            Unsettled unsettled = channels[channel];
            assertThat(unsettled.count(0, 6_000)).isEqualTo(models[channel].size());
            models[channel].forEach(
                    (offset, state) -> assertThat(unsettled.state(offset)).isEqualTo(state));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<Long, Byte>[] models() {
        return new Map[] {new HashMap<Long, Byte>(), new HashMap<Long, Byte>()};
    }

    @Test
    void whatIsSettledGoesWithTheNextCursor() {
        Unsettled unsettled = new Unsettled(new ChunkPool(false));
        Span span = unsettled.touch(70_000);
        span.set(Span.slotOf(70_000), Span.IN_FLIGHT);
        unsettled.settle(span, Span.slotOf(70_000));

        assertThat(unsettled.pollDirtyKey()).isEqualTo(Chunk.keyOf(70_000));
        assertThat(unsettled.isDirty()).isFalse();
        assertThat(unsettled.chunks()).isEmpty();
    }

    @Test
    void aMessageAtATimeIsNotedOncePerChunk() {
        Unsettled unsettled = new Unsettled(new ChunkPool(false));
        for (int offset = 0; offset < 10 * Chunk.SLOTS; offset++) {
            Span span = unsettled.touch(offset);
            span.set(Span.slotOf(offset), Span.IN_FLIGHT);
            unsettled.settle(span, Span.slotOf(offset));
        }
        int keys = 0;
        while (unsettled.isDirty()) {
            unsettled.pollDirtyKey();
            keys++;
        }
        assertThat(keys).isEqualTo(10);
    }
}
