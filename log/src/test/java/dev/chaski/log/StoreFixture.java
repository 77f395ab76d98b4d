package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A store in a folder, opened, crashed and opened again by a test; the test's thread. */
final class StoreFixture implements AutoCloseable {
    static final int NODE = 77;
    static final Duration DEADLINE = Duration.ofSeconds(20);

    final AtomicLong nowMs = new AtomicLong(1_790_000_000_000L);
    final Disk disk;
    LogConfig config;
    LogStore store;

    StoreFixture(Path folder) throws LogException {
        this(new LogConfig(folder, NODE, 5, 16 << 10, 256 << 10, 1 << 20, 0, 60_000, 0), Disk.real());
    }

    StoreFixture(LogConfig config, Disk disk) throws LogException {
        this.config = config;
        this.disk = disk;
        open();
    }

    void open() throws LogException {
        store = LogStore.open(config, disk, nowMs::get);
    }

    void reopen() throws LogException {
        store.close();
        open();
    }

    /** What kill -9 leaves. */
    void crash() throws LogException {
        store.abandon();
        open();
    }

    StreamLog stream(int number) throws LogException {
        return store.stream(number);
    }

    static MessageBatch batch(String... bodies) {
        MessageBatch batch = new MessageBatch(64);
        for (String body : bodies) {
            add(batch, body, 0);
        }
        return batch;
    }

    static void add(MessageBatch batch, String body, long deferUntilMs) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        batch.add(ByteBuffer.wrap(bytes), 0, bytes.length, deferUntilMs);
    }

    /** A message as a reader shows it. */
    record Seen(long offset, String body, long deferUntilMs, long appendTimeMs) {}

    /** Everything from an offset to the end, waiting for what is cold. */
    static List<Seen> readAll(StreamLog stream, long from) {
        Semaphore woken = new Semaphore(0);
        List<Seen> seen = new ArrayList<>();
        try (LogReader reader = stream.reader(from, woken::release)) {
            while (step(reader, woken) == LogReader.Step.MESSAGE) {
                seen.add(seen(reader));
            }
        }
        return seen;
    }

    static List<String> bodies(StreamLog stream) {
        return readAll(stream, 0).stream().map(Seen::body).toList();
    }

    /** One step that is not COLD. */
    static LogReader.Step step(LogReader reader, Semaphore woken) {
        LogReader.Step step = reader.advance();
        while (step == LogReader.Step.COLD) {
            try {
                if (!woken.tryAcquire(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("cold, and never woken");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            step = reader.advance();
        }
        return step;
    }

    /** The message that a reader stands on, its frame checked. */
    static Seen seen(LogReader reader) {
        ByteBuffer bytes = reader.region().bytes();
        int at = reader.position();
        int size = bytes.getInt(at) + FrameFormat.SIZE_BYTES;
        long id = MessageId.get(bytes, at + FrameFormat.ID_OFFSET);
        boolean framed = size == reader.frameBytes()
                && bytes.getInt(at + FrameFormat.TYPE_OFFSET) == FrameFormat.TYPE_MESSAGE
                && bytes.getShort(at + FrameFormat.ATTEMPTS_OFFSET) == 1
                && bytes.getLong(at + FrameFormat.TIMESTAMP_OFFSET) == reader.appendTimeMs() * 1_000_000
                && id == MessageId.of(NODE, reader.offset());
        if (!framed) {
            throw new AssertionError("wrong frame at " + at + " of offset " + reader.offset());
        }
        byte[] body = new byte[size - FrameFormat.BODY_OFFSET];
        bytes.get(at + FrameFormat.BODY_OFFSET, body);
        return new Seen(
                reader.offset(),
                new String(body, StandardCharsets.UTF_8),
                reader.deferUntilMs(),
                reader.appendTimeMs());
    }

    @Override
    public void close() {
        store.close();
    }
}
