package dev.chaski.server.admin;

import dev.chaski.engine.Broker;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.Stats;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What the console's API stands on.
 *
 * @param broker topics and channels
 * @param loops those that the broker was opened with
 * @param clients who is connected
 * @param stats health, and whether percentiles are kept
 * @param node what this node tells of itself
 * @param audit who changed what
 * @param dataPath folder of the messages
 */
public record AdminServices(
        Broker broker,
        Loops loops,
        Clients clients,
        Stats stats,
        Supplier<NodeInfo> node,
        Audit audit,
        Path dataPath) {}
