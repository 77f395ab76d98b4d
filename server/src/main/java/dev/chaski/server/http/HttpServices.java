package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.Stats;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What HTTP doors stand on; one for all of them.
 *
 * @param broker where messages go to
 * @param loops those that the broker was opened with
 * @param stats the figures
 * @param settings the options
 * @param node what this node tells of itself
 * @param clock what time it is
 * @param audit who changed what
 * @param more what else is served at every door
 */
public record HttpServices(
        Broker broker,
        Loops loops,
        Stats stats,
        RuntimeSettings settings,
        Supplier<NodeInfo> node,
        InstantSource clock,
        Audit audit,
        List<Endpoints> more) {}
