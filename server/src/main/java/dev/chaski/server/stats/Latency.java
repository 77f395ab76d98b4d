package dev.chaski.server.stats;

import dev.chaski.engine.ChannelStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times from publish to finish.
 *
 * @param count messages that they are made of
 * @param percentiles the highest first, or null where none are kept
 */
record Latency(long count, @Nullable List<Percentile> percentiles) {
    static final Latency NOT_KEPT = new Latency(0, null);

    private static final String[] UNITS = {"ns", "us", "ms", "s"};
    private static final double UNIT_STEP = 1000;

    /** One percentile: a quantile of 0 to 1 and its nanoseconds. */
    record Percentile(double quantile, long valueNs) {}

    static Latency of(List<Double> kept, ChannelStats stats) {
        if (kept.isEmpty()) {
            return NOT_KEPT;
        }
        List<Percentile> percentiles = new ArrayList<>();
        for (double quantile : kept) {
            percentiles.add(new Percentile(quantile, stats.e2eNs().getOrDefault(quantile, 0L)));
        }
        percentiles.sort(Comparator.comparingDouble(Percentile::quantile).reversed());
        return new Latency(stats.e2eCount(), percentiles);
    }

    /** That of several channels together. A percentile of them all lies at or below the highest of each, told here. */
    static Latency highest(List<ChannelFigures> channels) {
        Latency highest = NOT_KEPT;
        for (ChannelFigures channel : channels) {
            highest = highest.and(channel.latency());
        }
        return highest;
    }

    private Latency and(Latency other) {
        if (percentiles == null || other.percentiles == null) {
            return percentiles == null ? other : this;
        }
        List<Percentile> merged = new ArrayList<>();
        for (int i = 0; i < percentiles.size(); i++) {
            Percentile mine = percentiles.get(i);
            Percentile theirs = other.percentiles.get(i);
            merged.add(mine.valueNs() >= theirs.valueNs() ? mine : theirs);
        }
        return new Latency(count + other.count, merged);
    }

    /** The values with their units, as the text of {@code /stats} has them. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (percentiles != null) {
            for (Percentile percentile : percentiles) {
                text.append(text.isEmpty() ? "" : ", ").append(humanTime(percentile.valueNs()));
            }
        }
        return text.toString();
    }

    private static String humanTime(long ns) {
        double value = ns;
        int unit = 0;
        while (value >= UNIT_STEP && unit < UNITS.length - 1) {
            value /= UNIT_STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%s", value, UNITS[unit]);
    }
}
