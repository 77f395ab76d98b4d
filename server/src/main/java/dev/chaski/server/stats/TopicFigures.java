package dev.chaski.server.stats;

import dev.chaski.engine.TopicStats;
import java.util.List;

/** A topic in the statistics. */
record TopicFigures(String name, TopicStats stats, List<ChannelFigures> channels, Latency latency) {}
