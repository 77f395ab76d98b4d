package dev.chaski.bench.jmh;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Ids to text and back: once per published and once per finished message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MessageIdBenchmark {
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    private long id = 0x0123456789abcdefL;

    /** Writes an id. */
    @Benchmark
    public ByteBuffer put() {
        MessageId.put(buffer, 18, id++);
        return buffer;
    }

    /** Writes an id and reads it. */
    @Benchmark
    public long putAndGet() {
        MessageId.put(buffer, 18, id++);
        return MessageId.get(buffer, 18);
    }
}
