package dev.chaski.wire;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The randomness of property tests: a seed that is printed, and taken from {@code -Dseed=} to replay a failure. */
final class Seeds {
    private Seeds() {}

    static RandomGenerator random(String test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test + ": -Dseed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
