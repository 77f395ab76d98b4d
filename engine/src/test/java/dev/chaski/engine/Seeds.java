package dev.chaski.engine;

import java.util.Random;
import java.util.stream.LongStream;

/**
 * Seeds for property tests: a new one for each round (five, or {@code -Dchaski.crash.rounds}), or the one of
 * {@code -Dseed=…}. A failing test names its seed.
 */
final class Seeds {
    private static final int ROUNDS = Integer.getInteger("chaski.crash.rounds", 5);

    private Seeds() {}

    static LongStream seeds() {
        Long given = Long.getLong("seed");
        return given != null ? LongStream.of(given) : new Random().longs(ROUNDS);
    }
}
