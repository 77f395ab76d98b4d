package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random work on two streams beside a model of them. */
class StreamLogPropertyTest {
    private static final int STEPS = 400;

    @TempDir
    Path folder;

    @Test
    void aStreamIsWhatWasAppendedMinusWhatWasFreed() throws Exception {
        for (int round = 0; round < Seeds.rounds(); round++) {
            long seed = Seeds.next("aStreamIsWhatWasAppendedMinusWhatWasFreed");
            try {
                new Run(folder.resolve("round" + round), seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed, e);
            }
        }
    }

    /** One stream and what it should hold. */
    private static final class Model {
        final TreeMap<Long, String> messages = new TreeMap<>();
        final TreeMap<Long, String> everAppended = new TreeMap<>(); // a reader may go on in a segment that was freed
        final TreeMap<Long, Long> deferred = new TreeMap<>();
        long end;
        long neededFrom;
    }

    /** One run on a fresh folder. */
    private static final class Run implements AutoCloseable {
        private final Random random;
        private final StoreFixture fixture;
        private final Model[] models = {new Model(), new Model()};
        private final LogReader[] readers = new LogReader[2];
        private final long[] readerAt = new long[2];
        private final Semaphore woken = new Semaphore(0);
        private int written;

        Run(Path folder, long seed) throws LogException {
            random = new Random(seed);
            LogConfig config = new LogConfig(folder, StoreFixture.NODE, 1, 4 << 10, 64 << 10, 256 << 10, 0, 40, 0);
            fixture = new StoreFixture(config, Disk.real());
        }

        void run() throws Exception {
            try (this) {
                openReaders();
                for (int i = 0; i < STEPS; i++) {
                    fixture.nowMs.addAndGet(random.nextInt(60) - 10);
                    step(random.nextInt(100), random.nextInt(2));
                }
                checkAll(0);
                checkAll(1);
                assertThat(fixture.store.damage()).isEmpty();
                assertThat(fixture.store.unhealthy()).isNull();
            }
        }

        private StreamLog stream(int index) throws LogException {
            return fixture.stream(index + 1);
        }

        private void step(int choice, int index) throws Exception {
            if (choice < 50) {
                append(index);
            } else if (choice < 70) {
                advance(index);
            } else if (choice < 80) {
                seek(index);
            } else if (choice < 88) {
                count(index);
            } else if (choice < 94) {
                free(index);
            } else if (choice < 96) {
                restart();
            } else if (choice < 98) {
                awaitOthers(index, 1 + random.nextInt(15));
            } else {
                checkAll(index);
            }
        }

        /** Lets other threads come into play, which of them is told by bits: all is done that was asked of those. */
        private void awaitOthers(int index, int threads) throws Exception {
            LogContext context = fixture.store.context();
            CountDownLatch done = new CountDownLatch(Integer.bitCount(threads));
            if ((threads & 1) != 0) {
                stream(index).whenSynced(_ -> done.countDown());
            }
            if ((threads & 2) != 0) {
                context.background(done::countDown);
            }
            if ((threads & 4) != 0) {
                context.load(done::countDown);
            }
            if ((threads & 8) != 0) {
                context.rewrite(done::countDown);
            }
            assertThat(done.await(StoreFixture.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }

        private void append(int index) throws LogException {
            Model model = models[index];
            MessageBatch batch = new MessageBatch(16);
            List<String> bodies = new ArrayList<>();
            List<Long> defers = new ArrayList<>();
            int count = 1 + (random.nextInt(10) == 0 ? random.nextInt(700) : random.nextInt(5));
            boolean uniform = random.nextBoolean();
            for (int i = 0; i < count; i++) {
                String body = String.format("%08d", written++) + "x".repeat(uniform ? 3 : random.nextInt(200));
                long defer = random.nextInt(20) == 0 ? fixture.nowMs.get() + random.nextInt(3) : 0;
                StoreFixture.add(batch, body, defer);
                bodies.add(body);
                defers.add(defer);
            }
            stream(index).append(batch);
            long first = stream(index).endOffset() - count;
            assertThat(first).isGreaterThanOrEqualTo(model.end);
            for (int i = 0; i < count; i++) {
                model.messages.put(first + i, bodies.get(i));
                model.everAppended.put(first + i, bodies.get(i));
                model.deferred.put(first + i, defers.get(i));
            }
            model.end = first + count;
        }

        private void advance(int index) {
            Model model = models[index];
            for (int i = random.nextInt(300); i >= 0; i--) {
                LogReader.Step step = StoreFixture.step(readers[index], woken);
                Long expected = model.messages.ceilingKey(readerAt[index]);
                if (step == LogReader.Step.END) {
                    assertThat(expected).isNull();
                    return;
                }
                check(model, StoreFixture.seen(readers[index]), readerAt[index]);
                readerAt[index] = readers[index].offset() + 1;
            }
        }

        /** What is found is right, and nothing that is needed was left out before it. */
        private static void check(Model model, StoreFixture.Seen seen, long from) {
            Long expected = model.messages.ceilingKey(Math.max(from, model.neededFrom));
            assertThat(seen.offset()).isBetween(from, expected == null ? Long.MAX_VALUE : Math.max(expected, from));
            assertThat(seen.body()).isEqualTo(model.everAppended.get(seen.offset()));
            assertThat(seen.deferUntilMs()).isEqualTo(model.deferred.get(seen.offset()));
        }

        private void seek(int index) {
            Model model = models[index];
            if (!model.messages.isEmpty()) {
                long low = model.messages.firstKey();
                long target = low + random.nextLong(model.end - low + 1);
                Long exact = model.messages.ceilingKey(target);
                if (exact != null && random.nextInt(4) > 0) {
                    target = exact;
                }
                readers[index].seek(target);
                readerAt[index] = target;
            }
        }

        private void count(int index) throws LogException {
            Model model = models[index];
            Long from = model.messages.ceilingKey(model.neededFrom);
            if (from != null) {
                long to = from + random.nextLong(model.end - from + 1);
                assertThat(stream(index).messageCount(from, to))
                        .isEqualTo(model.messages.subMap(from, to).size());
            }
        }

        private void free(int index) throws LogException {
            Model model = models[index];
            if (model.messages.isEmpty()) {
                return;
            }
            Long moved = model.messages.ceilingKey(
                    model.messages.firstKey() + random.nextLong(model.end - model.messages.firstKey()));
            model.neededFrom = Math.max(model.neededFrom, moved == null ? 0 : moved);
            stream(index).free(new Need() {
                @Override
                public int needed(long firstOffset, long lastOffset) {
                    return lastOffset < model.neededFrom ? 0 : ALL;
                }

                @Override
                public boolean isNeeded(long offset, long deferUntilMs) {
                    return offset >= model.neededFrom;
                }
            });
            model.messages
                    .headMap(Math.min(model.neededFrom, stream(index).firstOffset()))
                    .clear();
        }

        private void restart() throws LogException {
            closeReaders();
            if (random.nextBoolean()) {
                fixture.reopen();
            } else {
                fixture.crash();
            }
            openReaders();
        }

        private void openReaders() throws LogException {
            for (int i = 0; i < 2; i++) {
                readerAt[i] = models[i].neededFrom;
                readers[i] = stream(i).reader(readerAt[i], woken::release);
            }
        }

        private void closeReaders() {
            for (LogReader reader : readers) {
                reader.close();
            }
        }

        private void checkAll(int index) throws LogException {
            Model model = models[index];
            List<StoreFixture.Seen> seen = StoreFixture.readAll(stream(index), model.neededFrom);
            assertThat(seen)
                    .extracting(StoreFixture.Seen::body)
                    .containsExactlyElementsOf(
                            model.messages.tailMap(model.neededFrom).values());
            assertThat(seen)
                    .extracting(StoreFixture.Seen::offset)
                    .containsExactlyElementsOf(
                            model.messages.tailMap(model.neededFrom).keySet());
            assertThat(stream(index).endOffset()).isEqualTo(model.end);
            for (int i = 1; i < seen.size(); i++) {
                assertThat(seen.get(i).appendTimeMs())
                        .isGreaterThanOrEqualTo(seen.get(i - 1).appendTimeMs());
            }
        }

        @Override
        public void close() {
            closeReaders();
            fixture.close();
        }
    }
}
