package dev.chaski.server;

import java.util.Random;
import java.util.stream.LongStream;

/** Seeds for property tests: five new ones each run, or the one of {@code -Dseed=…}. A failing test names its seed. */
public final class Seeds {
    private static final int ROUNDS = 5;

    private Seeds() {}

    /**
     * Seeds of a run.
     *
     * @return five, or the one that was given
     */
    public static LongStream seeds() {
        Long given = Long.getLong("seed");
        return given != null ? LongStream.of(given) : new Random().longs(ROUNDS);
    }
}
