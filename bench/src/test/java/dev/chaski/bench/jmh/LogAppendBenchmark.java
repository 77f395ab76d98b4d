package dev.chaski.bench.jmh;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Stages and appends a batch to a stream. A score is for a whole batch: divide it by its messages. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class LogAppendBenchmark {
    private static final int SIZE_BYTES = 200;

    /** Messages in a batch. */
    @Param({"1", "200"})
    private int count;

    private final ByteBuffer body = ByteBuffer.allocateDirect(SIZE_BYTES);
    private final MessageBatch batch = new MessageBatch(256 << 10);
    private Path folder;
    private LogStore store;
    private StreamLog stream;
    private int number;

    /** Opens a store. */
    @Setup
    public void open() throws IOException, LogException {
        folder = Folders.create();
        store = LogStore.open(LogConfig.of(folder), Disk.real(), System::currentTimeMillis);
    }

    /** A new stream for each iteration, so that the disk holds no more than one iteration's messages. */
    @Setup(Level.Iteration)
    public void begin() throws LogException {
        if (number > 0) {
            store.delete(number);
        }
        number++;
        stream = store.stream(number);
    }

    /** Removes everything. */
    @TearDown
    public void close() throws IOException {
        store.close();
        Folders.delete(folder);
    }

    /** One batch. */
    @Benchmark
    public long append() throws LogException {
        batch.clear();
        for (int i = 0; i < count; i++) {
            batch.add(body, 0, SIZE_BYTES, 0);
        }
        stream.append(batch);
        return stream.endOffset();
    }
}
