package dev.chaski.server.admin;

import dev.chaski.server.admin.Views.ChannelView;
import org.jspecify.annotations.Nullable;

/** Adds what several nodes tell; what one does not tell adds nothing. */
final class Sums {
    private Sums() {}

    static @Nullable Long add(@Nullable Long one, @Nullable Long other) {
        return one == null ? other : other == null ? one : Long.valueOf(one + other);
    }

    static @Nullable Double add(@Nullable Double one, @Nullable Double other) {
        return one == null ? other : other == null ? one : Double.valueOf(one + other);
    }

    /** A sum that is not known where a part is not. */
    static @Nullable Double whole(@Nullable Double one, @Nullable Double other) {
        return one == null || other == null ? null : Double.valueOf(one + other);
    }

    /** A channel of two nodes. */
    static ChannelView add(ChannelView one, ChannelView other) {
        return new ChannelView(
                one.name(),
                one.isEphemeral(),
                one.isPaused() || other.isPaused(),
                one.depth() + other.depth(),
                one.inFlight() + other.inFlight(),
                one.deferred() + other.deferred(),
                one.requeued() + other.requeued(),
                one.timedOut() + other.timedOut(),
                one.messages() + other.messages(),
                one.clients() + other.clients(),
                whole(one.deliveredPerSecond(), other.deliveredPerSecond()),
                whole(one.finishedPerSecond(), other.finishedPerSecond()),
                Latencies.highest(one.latency(), other.latency()));
    }
}
