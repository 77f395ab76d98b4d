package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.server.admin.Admin;
import dev.chaski.server.admin.AdminConfig;
import dev.chaski.server.admin.AdminServices;
import dev.chaski.server.admin.LookupHere;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.console.ConsoleFiles;
import dev.chaski.server.health.HealthEndpoints;
import dev.chaski.server.health.Readiness;
import dev.chaski.server.http.HttpServices;
import dev.chaski.server.http.RuntimeSettings;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.metrics.Metrics;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.Stats;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the HTTP doors serve beside nsqd's API: the console with its API, metrics and health. Owned by the thread that
 * starts, then by the one that closes.
 */
final class AdminAssembly implements AutoCloseable {
    private final DoorConfigs configs;
    private final Readiness readiness;
    private final Supplier<@Nullable LookupHere> ownLookup;
    private @Nullable Admin api;

    /** Told of the lookup of this broker, where it has one, once it serves. */
    AdminAssembly(DoorConfigs configs, Readiness readiness, Supplier<@Nullable LookupHere> ownLookup) {
        this.configs = configs;
        this.ownLookup = ownLookup;
        this.readiness = readiness;
    }

    /** Everything that HTTP doors stand on. */
    HttpServices services(
            Broker broker,
            Loops loops,
            Clients clients,
            Stats stats,
            RuntimeSettings settings,
            Supplier<NodeInfo> node) {
        Options options = configs.options();
        Audit audit = new Audit(options.get(AdminOptions.ACL_HTTP_HEADER));
        AdminConfig config = configs.admin(ownLookup);
        Path folder = Path.of(options.get(OptionTable.DATA_PATH));
        Admin made = new Admin(
                config,
                new AdminServices(broker, loops, clients, stats, node, audit, folder),
                options.get(OptionTable.MAX_REQ_TIMEOUT).toMillis());
        api = made;
        Metrics metrics = new Metrics(
                new Metrics.Sources(
                        broker, loops, clients, stats, folder, config.version(), config.diskLowWaterBytes()),
                options.get(AdminOptions.METRICS_TOPICS_MAX));
        HealthEndpoints health = new HealthEndpoints(readiness, stats, loops.all());
        return new HttpServices(
                broker,
                loops,
                stats,
                settings,
                node,
                InstantSource.system(),
                audit,
                List.of(new ConsoleFiles(), made, metrics, health));
    }

    @Override
    public void close() {
        if (api != null) {
            api.close();
        }
    }
}
