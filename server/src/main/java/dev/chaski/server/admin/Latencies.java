package dev.chaski.server.admin;

import dev.chaski.engine.Channel;
import dev.chaski.server.admin.Views.LatencyView;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times from publish to finish as the API tells them. */
final class Latencies {
    private static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private Latencies() {}

    /** Of one channel; null where none are kept. */
    static @Nullable LatencyView of(Channel channel) {
        List<Long> ns = channel.latenciesNs(QUANTILES);
        return ns.isEmpty()
                ? null
                : new LatencyView(ns.get(0) / NS_PER_MS, ns.get(1) / NS_PER_MS, ns.get(2) / NS_PER_MS);
    }

    /** Of several: a percentile of them all lies at or below the highest of each, told here. */
    static @Nullable LatencyView highest(Collection<Channel> channels) {
        LatencyView highest = null;
        for (Channel channel : channels) {
            highest = highest(highest, of(channel));
        }
        return highest;
    }

    static @Nullable LatencyView highest(@Nullable LatencyView one, @Nullable LatencyView other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new LatencyView(
                max(one.p50Ms(), other.p50Ms()), max(one.p95Ms(), other.p95Ms()), max(one.p99Ms(), other.p99Ms()));
    }

    private static @Nullable Double max(@Nullable Double one, @Nullable Double other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.max(one, other);
    }
}
