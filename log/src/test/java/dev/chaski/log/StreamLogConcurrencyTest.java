package dev.chaski.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.wire.FrameFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class StreamLogConcurrencyTest {
    private static final int READERS = 3;
    private static final int MESSAGES = 300_000;

    @TempDir
    Path folder;

    private final AtomicLong written = new AtomicLong();
    private final AtomicLongArray readUpTo = new AtomicLongArray(READERS);
    private volatile boolean failed;

    /** Each body is its number, then a length that the number tells. */
    private static int bodyBytes(long number) {
        return Long.BYTES + (int) (number * 31 % 97);
    }

    private void write(StreamLog stream, long seed) throws LogException {
        Random random = new Random(seed);
        MessageBatch batch = new MessageBatch(1 << 10);
        ByteBuffer body = ByteBuffer.allocate(256);
        long number = 0;
        while (number < MESSAGES && !failed) {
            batch.clear();
            for (int i = 1 + random.nextInt(300); i > 0 && number < MESSAGES; i--) {
                body.putLong(0, number).putLong(bodyBytes(number) - 8, number);
                batch.add(body, 0, bodyBytes(number), 0);
                number++;
            }
            stream.append(batch);
            written.set(number);
        }
    }

    /** Reads everything; some regions are retained for a while and looked at again when others have long moved on. */
    private void read(StreamLog stream, int index, long seed) throws InterruptedException {
        Random random = new Random(seed);
        Semaphore woken = new Semaphore(0);
        ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();
        long expected = 0;
        try (LogReader reader = stream.reader(0, woken::release)) {
            while (expected < MESSAGES && !failed) {
                switch (reader.advance()) {
                    case MESSAGE -> {
                        check(reader.region(), reader.position(), reader.frameBytes(), expected);
                        if (random.nextInt(5000) == 0) {
                            reader.region().retain();
                            held.add(new Held(reader.region(), reader.position(), reader.frameBytes(), expected));
                        }
                        if (random.nextInt(20_000) == 0) {
                            reader.seek(reader.offset() + 1);
                        }
                        expected++;
                        readUpTo.setRelease(index, reader.offset() + 1);
                    }
                    case END -> Thread.onSpinWait();
                    case COLD ->
                        assertThat(woken.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                }
                if (held.size() > 20) {
                    release(held.poll());
                }
            }
        } finally {
            held.forEach(StreamLogConcurrencyTest::release);
        }
    }

    private record Held(Region region, int position, int frameBytes, long number) {}

    private static void release(Held held) {
        check(held.region, held.position, held.frameBytes, held.number);
        held.region.release();
    }

    private static void check(Region region, int position, int frameBytes, long number) {
        ByteBuffer bytes = region.bytes();
        int length = bodyBytes(number);
        if (frameBytes != FrameFormat.frameBytes(length)
                || bytes.getInt(position) != frameBytes - FrameFormat.SIZE_BYTES
                || bytes.getLong(position + frameBytes - 8) != number) {
            throw new AssertionError("not message " + number);
        }
    }

    private void free(StreamLog stream) throws LogException {
        while (written.get() < MESSAGES && !failed) {
            stream.free(new Need() {
                @Override
                public int needed(long firstOffset, long lastOffset) {
                    for (int i = 0; i < READERS; i++) {
                        if (readUpTo.getAcquire(i) <= lastOffset) {
                            return ALL;
                        }
                    }
                    return 0;
                }

                @Override
                public boolean isNeeded(long offset, long deferUntilMs) {
                    return true;
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private Future<?> submit(ExecutorService executor, Work work) {
        return executor.submit(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                failed = true;
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void everyReaderSeesEveryMessageOnceInOrderWhileSegmentsAreRecycled() throws Exception {
        long seed = Seeds.next("everyReaderSeesEveryMessageOnceInOrderWhileSegmentsAreRecycled");
        LogConfig config = new LogConfig(folder, StoreFixture.NODE, 2, 16 << 10, 1 << 20, 4 << 20, 0, 20, 0);
        try (StoreFixture fixture = new StoreFixture(config, Disk.real());
                ExecutorService executor = Executors.newCachedThreadPool()) {
            StreamLog stream = fixture.stream(1);
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                int index = i;
                all.add(submit(executor, () -> read(stream, index, seed + index)));
            }
            all.add(submit(executor, () -> free(stream)));
            all.add(submit(executor, () -> write(stream, seed)));
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(fixture.store.damage()).isEmpty();
            assertThat(fixture.store.unhealthy()).isNull();
        }
    }
}
