package dev.chaski.bus.memory;

import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code bus:memory:NAME} is shared by all in the process who say that name, {@code bus:memory:} by nobody. The
 * parameter {@code pending} bounds what waits for one queue or subscription (100,000 messages).
 */
public final class MemoryBusPlugin implements BusPlugin {
    private static final int PENDING_MAX = 100_000;
    private static final Map<String, Exchange> SHARED = new ConcurrentHashMap<>();

    /** For {@link java.util.ServiceLoader}. */
    public MemoryBusPlugin() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return EnumSet.of(
                Capability.KEEPS_FOR_THE_FIRST,
                Capability.KEEPS_FOR_QUEUES,
                Capability.REDELIVERS,
                Capability.ORDERED,
                Capability.ANY_TOPIC);
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow("pending");
        int pendingMax = uri.positive("pending", PENDING_MAX);
        String name = uri.path();
        Exchange exchange = name.isEmpty()
                ? new Exchange(pendingMax)
                : SHARED.computeIfAbsent(name, key -> new Exchange(pendingMax));
        return new MemoryLink(name, exchange);
    }
}
