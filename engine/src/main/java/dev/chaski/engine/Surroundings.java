package dev.chaski.engine;

import dev.chaski.log.Disk;
import java.util.function.LongSupplier;

/**
 * What the engine takes from outside, so that a test can give it something else. Any thread.
 *
 * @param disk the file layer
 * @param wallMs milliseconds since 1970; may jump
 * @param monotonicMs milliseconds since some moment; never goes back
 */
public record Surroundings(Disk disk, LongSupplier wallMs, LongSupplier monotonicMs) {
    private static final long NS_PER_MS = 1_000_000;

    /**
     * The real ones.
     *
     * @return real files and clocks
     */
    public static Surroundings real() {
        return new Surroundings(Disk.real(), System::currentTimeMillis, () -> System.nanoTime() / NS_PER_MS);
    }
}
