package dev.chaski.systemtests;

import java.util.Random;

/** The randomness of a test: printed, and replayed by {@code -Dseed=…}. */
final class Seed {
    private Seed() {}

    /** A generator for one test. */
    static Random random(String test) {
        long seed = Long.getLong("seed", System.nanoTime() ^ test.hashCode());
        System.out.println(test + ": -Dseed=" + seed);
        return new Random(seed);
    }
}
