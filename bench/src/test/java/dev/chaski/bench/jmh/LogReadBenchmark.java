package dev.chaski.bench.jmh;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import dev.chaski.log.LogReader;
import dev.chaski.log.LogReader.Step;
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
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Walks a reader over a stream, round and round, from the page cache. A score is for one message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LogReadBenchmark {
    private static final int SIZE_BYTES = 200;
    private static final int MESSAGES = 500_000;

    /** Messages in each batch that was appended. */
    @Param({"1", "200"})
    private int count;

    private Path folder;
    private LogStore store;
    private LogReader reader;
    private long firstOffset;

    /** Fills a stream. */
    @Setup
    public void fill() throws IOException, LogException {
        folder = Folders.create();
        store = LogStore.open(LogConfig.of(folder), Disk.real(), System::currentTimeMillis);
        StreamLog stream = store.stream(1);
        MessageBatch batch = new MessageBatch(256 << 10);
        ByteBuffer body = ByteBuffer.allocateDirect(SIZE_BYTES);
        for (int i = 0; i < MESSAGES; i += count) {
            batch.clear();
            for (int j = 0; j < count; j++) {
                batch.add(body, 0, SIZE_BYTES, 0);
            }
            stream.append(batch);
        }
        firstOffset = stream.firstOffset();
        reader = stream.reader(firstOffset, () -> {});
    }

    /** Removes everything. */
    @TearDown
    public void close() throws IOException {
        reader.close();
        store.close();
        Folders.delete(folder);
    }

    /** One message. */
    @Benchmark
    public long advance() {
        Step step = reader.advance();
        while (step != Step.MESSAGE) {
            if (step == Step.END) {
                reader.seek(firstOffset);
            } else {
                Thread.onSpinWait();
            }
            step = reader.advance();
        }
        return reader.offset() + reader.frameBytes();
    }
}
