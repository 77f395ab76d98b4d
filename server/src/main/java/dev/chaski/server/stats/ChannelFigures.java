package dev.chaski.server.stats;

import dev.chaski.engine.ChannelStats;
import dev.chaski.server.clients.ClientStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A channel in the statistics; the clients are null where nobody asked for them. */
record ChannelFigures(
        String name,
        ChannelStats stats,
        Latency latency,
        @Nullable List<ClientStats> clients) {}
