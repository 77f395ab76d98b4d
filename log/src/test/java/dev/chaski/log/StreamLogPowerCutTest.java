package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.log.faults.LossyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was called synced outlives a power cut at any moment, with segments that are freed and recycled meanwhile. */
class StreamLogPowerCutTest {
    private static final int STREAMS = 3;
    private static final int LIVES = 4;
    private static final int STEPS_MAX = 400;

    @TempDir
    Path folder;

    /** What the test knows of one stream. Its thread's; {@code safe} also the sync thread's. */
    private static final class Model {
        final NavigableMap<Long, String> appended = new TreeMap<>();
        final NavigableMap<Long, String> safe = new ConcurrentSkipListMap<>();
        final Set<String> tried = new HashSet<>();
        long floor; // nobody needs what lies below
    }

    private final List<Model> models = new ArrayList<>();
    private int bodies;

    @Test
    void everyMessageThatWasCalledSyncedIsThereAfterAPowerCut() throws Exception {
        for (int round = 0; round < Seeds.rounds(); round++) {
            Random random = new Random(Seeds.next("stream power cut"));
            Path place = Files.createDirectory(folder.resolve("round" + round));
            Path graveyard = Files.createDirectory(place.resolve("graveyard"));
            models.clear();
            for (int i = 0; i < STREAMS; i++) {
                models.add(new Model());
            }
            for (int life = 0; life < LIVES; life++) {
                live(random, place.resolve("data"), graveyard);
                check(place.resolve("data"));
            }
        }
    }

    private void live(Random random, Path data, Path graveyard) throws Exception {
        LossyDisk disk = new LossyDisk(graveyard);
        LogConfig config = new LogConfig(
                data, StoreFixture.NODE, 2, 16 << 10, 64 << 10, 256 << 10, 0, 20, 1 + random.nextInt(3000));
        StoreFixture fixture = new StoreFixture(config, disk);
        disk.powerCutAfter(random.nextInt(random.nextBoolean() ? 100 : 2000), random.nextLong());
        try {
            for (int step = random.nextInt(STEPS_MAX); step >= 0 && !disk.isOff(); step--) {
                step(random, fixture);
            }
        } catch (LogException e) {
            assertThat(disk.isOff()).as(e.getMessage()).isTrue();
        }
        if (!disk.isOff()) {
            disk.powerCut(random.nextLong());
        }
        fixture.store.abandon();
    }

    private void step(Random random, StoreFixture fixture) throws Exception {
        int number = random.nextInt(STREAMS);
        Model model = models.get(number);
        StreamLog stream = fixture.stream(number + 1);
        fixture.nowMs.addAndGet(random.nextInt(50));
        switch (random.nextInt(12)) {
            case 0 -> {
                model.floor = Math.max(model.floor, someOffset(random, model));
                stream.free(needFrom(model.floor));
            }
            case 1 -> awaitSynced(stream, model);
            case 2, 3 -> {
                NavigableMap<Long, String> now = new TreeMap<>(model.appended);
                stream.whenSynced(failure -> {
                    if (failure == null) {
                        model.safe.putAll(now);
                    }
                });
            }
            default -> append(random, stream, model);
        }
    }

    private void append(Random random, StreamLog stream, Model model) throws LogException {
        MessageBatch batch = new MessageBatch(64);
        List<String> added = new ArrayList<>();
        for (int i = 1 + random.nextInt(random.nextInt(8) == 0 ? 400 : 5); i > 0; i--) {
            String body = bodies++ + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 3000 : 60));
            StoreFixture.add(batch, body, 0);
            added.add(body);
            model.tried.add(body);
        }
        stream.append(batch);
        long first = stream.endOffset() - added.size();
        for (int i = 0; i < added.size(); i++) {
            model.appended.put(first + i, added.get(i));
        }
    }

    private static void awaitSynced(StreamLog stream, Model model) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        stream.whenSynced(failure -> {
            if (failure == null) {
                model.safe.putAll(model.appended); // the test's thread stands still meanwhile
            }
            told.countDown();
        });
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static long someOffset(Random random, Model model) {
        if (model.appended.isEmpty()) {
            return 0;
        }
        List<Long> offsets = new ArrayList<>(model.appended.keySet());
        return offsets.get(random.nextInt(offsets.size()));
    }

    /** Some messages are never settled: they keep their segment, or have it compacted. */
    private static boolean isStuck(long offset) {
        return (offset * 0x9E37_79B9_7F4A_7C15L >>> 32) % 40 == 0;
    }

    private static Need needFrom(long floor) {
        return new Need() {
            @Override
            public int needed(long firstOffset, long lastOffset) {
                return lastOffset < floor
                        ? (int) LongStream.rangeClosed(firstOffset, lastOffset)
                                .filter(offset -> isNeeded(offset, 0))
                                .count()
                        : ALL;
            }

            @Override
            public boolean isNeeded(long offset, long deferUntilMs) {
                return offset >= floor || isStuck(offset);
            }
        };
    }

    private void check(Path data) throws Exception {
        LogConfig config = new LogConfig(data, StoreFixture.NODE, 100, 16 << 10, 64 << 10, 256 << 10, 0, 20, 0);
        try (StoreFixture fixture = new StoreFixture(config, Disk.real())) {
            for (int number = 0; number < STREAMS; number++) {
                List<StoreFixture.Seen> seen = StoreFixture.readAll(fixture.stream(number + 1), 0);
                check(models.get(number), seen, fixture.store.damage());
                assertThat(fixture.stream(number + 1).endOffset())
                        .isGreaterThan(
                                models.get(number).safe.isEmpty()
                                        ? -1
                                        : models.get(number).safe.lastKey());
            }
            // A segment that no fsync had reached may show as frames whose side file is gone, which is told.
            assertThat(fixture.store.damage())
                    .allSatisfy(
                            line -> assertThat(line).contains("side file is").contains("so its messages are lost"));
        }
    }

    private static void check(Model model, List<StoreFixture.Seen> seen, List<String> damage) {
        NavigableMap<Long, String> found = new TreeMap<>();
        for (StoreFixture.Seen message : seen) {
            assertThat(found.isEmpty() ? -1 : found.lastKey()).isLessThan(message.offset());
            assertThat(model.tried).contains(message.body());
            String known = model.appended.get(message.offset());
            assertThat(known == null || known.equals(message.body())).isTrue();
            found.put(message.offset(), message.body());
        }
        model.safe.headMap(model.floor).keySet().removeIf(offset -> !isStuck(offset));
        assertThat(model.safe.keySet().stream().filter(offset -> !found.containsKey(offset)))
                .as("lost; damage: %s", damage)
                .isEmpty();
        assertThat(found).containsAllEntriesOf(model.safe);
        model.safe.putAll(found);
        model.appended.clear();
        model.appended.putAll(found);
    }
}
