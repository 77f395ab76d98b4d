package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.log.LogConfig;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.stats.JvmMemory;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.Stats;
import dev.chaski.server.tls.Certificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A broker with an HTTP door on a port of the system's choice, without the rest of the server. */
final class TestHttpDoor implements AutoCloseable {
    static final long START_S = 1_700_000_000;

    final Loops loops;
    final Broker broker;
    final Clients clients = new Clients();
    final Settings settings = new Settings();
    final Stats stats;
    final HttpDoor door;
    private final JvmMemory memory = JvmMemory.watch();
    private final HttpServices services;

    private TestHttpDoor(Path folder, Options options) throws Exception {
        loops = Loops.start(2, options.bodyMemoryBytes);
        BrokerConfig defaults = BrokerConfig.of(LogConfig.of(folder));
        BrokerConfig config = new BrokerConfig(
                defaults.log(),
                options.ack,
                defaults.memQueueSize(),
                defaults.maxMsgSizeBytes(),
                defaults.maxChannelConsumers(),
                options.maxTopics,
                options.percentiles,
                defaults.e2eWindowMs(),
                defaults.knownChannels());
        broker = Broker.open(config, loops.all());
        stats = new Stats(broker, clients, TestHttpDoor::node, memory, options.percentiles, InstantSource.system());
        services = new HttpServices(
                broker,
                loops,
                stats,
                settings,
                TestHttpDoor::node,
                InstantSource.system(),
                new Audit(Audit.USER_HEADER_DEFAULT),
                options.more);
        door = HttpDoor.open(
                new HttpDoorConfig(loopback(), options.limits, options.certificates, options.tlsOnlyPort), services);
    }

    /** What a test wants to be different. */
    static final class Options {
        BrokerConfig.Ack ack = BrokerConfig.Ack.WRITTEN;
        HttpLimits limits = HttpLimits.defaults();
        List<Double> percentiles = List.of();
        int maxTopics = 100_000;
        long bodyMemoryBytes = 256 << 20;
        List<Endpoints> more = List.of();

        @Nullable
        Certificates certificates;

        @Nullable
        IntSupplier tlsOnlyPort;
    }

    static TestHttpDoor open(Path folder) throws Exception {
        return open(folder, options -> {});
    }

    static TestHttpDoor open(Path folder, Consumer<Options> changes) throws Exception {
        Options options = new Options();
        changes.accept(options);
        return new TestHttpDoor(folder, options);
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    int port() {
        return door.address().getPort();
    }

    RawHttp connect() throws java.io.IOException {
        return RawHttp.connect(port());
    }

    private static NodeInfo node() {
        return new NodeInfo(
                "1.3.0",
                "127.0.0.1",
                "a-host",
                4151,
                4150,
                START_S,
                60_000_000_000L,
                65_536,
                30_000_000_000L,
                6,
                "",
                "");
    }

    @Override
    public void close() {
        door.closeAcceptor();
        try {
            door.drain().orTimeout(5, TimeUnit.SECONDS).join();
        } finally {
            door.close();
            broker.close();
            loops.close();
            memory.close();
        }
    }

    /** Options in a map: the two that nsqd lets be changed, and two that it does not. */
    static final class Settings implements RuntimeSettings {
        private final Map<String, Object> values = new ConcurrentHashMap<>(Map.of(
                "nsqlookupd_tcp_addresses",
                List.of(),
                "log_level",
                2,
                "max_msg_size",
                1_048_576,
                "data_path",
                "/somewhere"));

        @Override
        public @Nullable Object get(String name) {
            return values.get(name);
        }

        @Override
        public Change put(String name, String value) {
            if (name.equals("log_level")) {
                int level = List.of("", "debug", "info", "warn", "error", "fatal")
                        .indexOf(value.toLowerCase(java.util.Locale.ROOT));
                return level < 1 ? Change.INVALID_VALUE : set(name, level);
            }
            if (name.equals("nsqlookupd_tcp_addresses")) {
                return value.equals("[\"127.0.0.1:1\"]") ? set(name, List.of("127.0.0.1:1")) : Change.INVALID_VALUE;
            }
            return Change.NOT_CHANGEABLE;
        }

        private Change set(String name, Object value) {
            values.put(name, value);
            return Change.DONE;
        }
    }

    /** For a look by hand: opens a door on a port and waits. */
    public static void main(String[] arguments) throws Exception {
        TestHttpDoor test = open(Path.of(arguments[0]));
        System.out.println(test.port());
        Thread.currentThread().join();
    }
}
