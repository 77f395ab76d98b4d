package dev.chaski.server.config;

import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.Option.Group;
import dev.chaski.server.config.Option.Relation;
import java.time.Duration;
import java.util.List;

/** The options of a lookup that runs alone: nsqlookupd's, by its names, and a few of ours. */
public final class LookupdOptions {
    /** Where nodes register. */
    public static final Option<HostPort> TCP_ADDRESS = option(
            Group.ADDRESSES,
            "tcp-address",
            Kind.address(),
            new HostPort("0.0.0.0", 4160),
            "listen here for nodes that register");

    /** Where consumers ask for nodes. */
    public static final Option<HostPort> HTTP_ADDRESS = option(
            Group.ADDRESSES,
            "http-address",
            Kind.address(),
            new HostPort("0.0.0.0", 4161),
            "listen here for those who ask for nodes");

    /** Where it is kept who was there. */
    public static final Option<String> DATA_PATH = option(
                    Group.STORAGE,
                    "data-path",
                    Kind.text("folder"),
                    "./lookupd-data",
                    "keep in this folder what is known, to tell of it after a restart until the nodes come again; empty"
                            + " for not")
            .own();

    /** Connections of this lookup. */
    public static final Option<Integer> MAX_CONNECTIONS = option(
                    Group.LIMITS,
                    "max-connections",
                    Kind.integer(1, 10_000_000),
                    100_000,
                    "connections of nodes and of those who ask; further ones are closed at once")
            .own();

    /** Event loops. */
    public static final Option<Integer> LOOPS = option(
                    Group.LIMITS,
                    "loops",
                    Kind.integer(0, 1_024),
                    0,
                    "threads that serve connections, 0 for one per processor")
            .own();

    /** How long a silent node is told of. */
    public static final Option<Duration> INACTIVE_PRODUCER_TIMEOUT = option(
            Group.DISCOVERY,
            "inactive-producer-timeout",
            Kind.duration(Duration.ofMillis(1), Duration.ofDays(365)),
            Duration.ofMinutes(5),
            "tell of a node for so long after its last ping");

    /** How long a tombstone holds. */
    public static final Option<Duration> TOMBSTONE_LIFETIME = option(
            Group.DISCOVERY,
            "tombstone-lifetime",
            Kind.duration(Duration.ofMillis(1), Duration.ofDays(365)),
            Duration.ofSeconds(45),
            "do not tell of a node for a topic for so long after its tombstone was set");

    /** How much is logged. */
    public static final Option<Level> LOG_LEVEL = option(
            Group.LOGGING, "log-level", Kind.choice(Words.ofNames(Level.class)), Level.INFO, "how much is logged");

    private static final OptionSet ALL = new OptionSet(List.of(
            TCP_ADDRESS,
            HTTP_ADDRESS,
            DATA_PATH,
            MAX_CONNECTIONS,
            LOOPS,
            OptionTable.BROADCAST_ADDRESS,
            INACTIVE_PRODUCER_TIMEOUT,
            TOMBSTONE_LIFETIME,
            LOG_LEVEL,
            without(
                    "log-prefix",
                    Kind.text("text"),
                    "[nsqlookupd] ",
                    "log lines are key=value; a prefix would break them"),
            without("verbose", Kind.bool(), false, "given up by nsqlookupd too; see --log-level")));

    private LookupdOptions() {}

    /**
     * The options.
     *
     * @return all of them
     */
    public static OptionSet all() {
        return ALL;
    }

    private static <T> Option<T> option(Group group, String name, Kind<T> kind, T defaultValue, String description) {
        return new Option<>(group, name, name.replace('-', '_'), kind, defaultValue, description, Relation.SAME);
    }

    private static <T> Option<T> without(String name, Kind<T> kind, T defaultValue, String why) {
        return option(Group.WITHOUT_EFFECT, name, kind, defaultValue, why).unlike("has no effect: " + why, true);
    }
}
