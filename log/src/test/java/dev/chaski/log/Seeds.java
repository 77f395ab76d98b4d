package dev.chaski.log;

import java.util.concurrent.ThreadLocalRandom;

/** Where property tests take their seeds from: -Dseed replays one, else a fresh one, which is printed. */
final class Seeds {
    private static final Long FIXED = Long.getLong("seed");

    private Seeds() {}

    /** How many rounds a crash test goes: one where a seed is replayed. */
    static int rounds() {
        return FIXED != null ? 1 : Integer.getInteger("chaski.crash.rounds", 5);
    }

    /** A seed for one round, printed so that a failure can be replayed. */
    static long next(String test) {
        long seed = FIXED != null ? FIXED : ThreadLocalRandom.current().nextLong();
        System.out.println(test + " -Dseed=" + seed);
        return seed;
    }
}
