package dev.chaski.server.config;

import dev.chaski.server.config.Option.Group;
import dev.chaski.server.config.Option.Relation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The options of the lookup that a broker serves beside its messages. */
public final class LookupOptions {
    /** Where nodes register. */
    public static final Option<Optional<HostPort>> LOOKUP_TCP_ADDRESS = own(
            Group.ADDRESSES,
            "lookup-tcp-address",
            Kind.optionalAddress(),
            Optional.of(new HostPort("0.0.0.0", 4160)),
            "listen here for nodes that register, as nsqlookupd does; empty for not. Not by default where"
                    + " --lookupd-tcp-address names others");

    /** Where consumers ask for nodes. */
    public static final Option<Optional<HostPort>> LOOKUP_HTTP_ADDRESS = own(
            Group.ADDRESSES,
            "lookup-http-address",
            Kind.optionalAddress(),
            Optional.of(new HostPort("0.0.0.0", 4161)),
            "listen here for those who ask for nodes, as nsqlookupd does; empty for not. Not by default where"
                    + " --lookupd-tcp-address names others");

    /** How long a silent node is told of. */
    public static final Option<Duration> LOOKUP_INACTIVE_PRODUCER_TIMEOUT = own(
            Group.DISCOVERY,
            "lookup-inactive-producer-timeout",
            Kind.duration(Duration.ofMillis(1), Duration.ofDays(365)),
            Duration.ofMinutes(5),
            "the lookup tells of a node for so long after its last ping");

    /** How long a tombstone holds. */
    public static final Option<Duration> LOOKUP_TOMBSTONE_LIFETIME = own(
            Group.DISCOVERY,
            "lookup-tombstone-lifetime",
            Kind.duration(Duration.ofMillis(1), Duration.ofDays(365)),
            Duration.ofSeconds(45),
            "the lookup does not tell of a node for a topic for so long after its tombstone was set");

    private LookupOptions() {}

    /** All of them, in the order of the help. */
    static List<Option<?>> all() {
        return List.of(
                LOOKUP_TCP_ADDRESS, LOOKUP_HTTP_ADDRESS, LOOKUP_INACTIVE_PRODUCER_TIMEOUT, LOOKUP_TOMBSTONE_LIFETIME);
    }

    private static <T> Option<T> own(Group group, String name, Kind<T> kind, T defaultValue, String description) {
        return new Option<>(group, name, name.replace('-', '_'), kind, defaultValue, description, Relation.OWN);
    }
}
