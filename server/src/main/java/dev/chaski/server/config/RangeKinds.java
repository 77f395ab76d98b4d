package dev.chaski.server.config;

import java.time.Duration;

/** Numbers with units, between bounds. */
final class RangeKinds {
    private RangeKinds() {}

    /** A number of bytes. */
    static final class Size extends Kind<Long> {
        private final long minBytes;
        private final long maxBytes;

        Size(long minBytes, long maxBytes) {
            super("size", Shape.VALUE);
            this.minBytes = minBytes;
            this.maxBytes = maxBytes;
        }

        @Override
        Long read(String text) throws OptionException {
            long sizeBytes = Sizes.parse(text);
            if (sizeBytes < minBytes || sizeBytes > maxBytes) {
                throw new OptionException(
                        "out of range; allowed is " + Sizes.format(minBytes) + " to " + Sizes.format(maxBytes));
            }
            return sizeBytes;
        }

        @Override
        String format(Long value) {
            return Sizes.format(value);
        }
    }

    /** A duration. */
    static final class Time extends Kind<Duration> {
        private final Duration min;
        private final Duration max;

        Time(Duration min, Duration max) {
            super("duration", Shape.VALUE);
            this.min = min;
            this.max = max;
        }

        @Override
        Duration read(String text) throws OptionException {
            Duration duration = Durations.parse(text);
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                throw new OptionException(
                        "out of range; allowed is " + Durations.format(min) + " to " + Durations.format(max));
            }
            return duration;
        }

        @Override
        String format(Duration value) {
            return Durations.format(value);
        }

        @Override
        Object json(Duration value) {
            return value.toNanos();
        }
    }
}
