package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import org.jspecify.annotations.Nullable;

/** Options that make no sense are refused before anything is sent. Stateless. */
final class Check {
    private Check() {}

    static void atLeast(String option, long value, long min) {
        if (value < min) {
            throw new BenchException(Kind.USAGE, option + " is " + value + ", it must be " + min + " or more");
        }
    }

    static void positive(String option, @Nullable Double value) {
        if (value != null && !(value > 0)) {
            throw new BenchException(Kind.USAGE, option + " is " + value + ", it must be more than 0");
        }
    }
}
