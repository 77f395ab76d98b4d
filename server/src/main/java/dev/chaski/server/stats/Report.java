package dev.chaski.server.stats;

import dev.chaski.server.clients.ClientStats;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All figures at (nearly) one moment.
 *
 * @param version version of this node
 * @param health {@code OK}, or {@code NOK} and why
 * @param now when
 * @param startTimeS when the node started, seconds since 1970
 * @param topics sorted by name; null where the topic asked for does not exist
 * @param memory the heap, or null where nobody asked for it
 * @param producers those who published; null where nobody asked for them
 */
record Report(
        String version,
        String health,
        Instant now,
        long startTimeS,
        @Nullable List<TopicFigures> topics,
        @Nullable MemoryFigures memory,
        @Nullable List<ClientStats> producers) {}
