package dev.chaski.registry.mdns;

import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.xbill.DNS.Name;

/** What was heard on the network, until its time is over, and who wants to know. Any thread. */
final class Sightings {
    /** A flood of made-up nodes must not take the memory; what is above is not remembered. */
    private static final int NODES_MAX = 100_000;

    private record Heard(Service service, long untilNs) {}

    private record Watcher(String service, ChangeFilter filter) {}

    private final LongSupplier clockNs;
    private final Map<Name, Heard> nodes = new HashMap<>();
    private final Map<String, Long> listedUntilNs = new HashMap<>();
    private final Map<Object, Watcher> watchers = new LinkedHashMap<>();

    Sightings(LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    void heard(List<MdnsFormat.Sighting> sightings, Map<String, Long> listings) {
        long nowNs = clockNs.getAsLong();
        synchronized (this) {
            for (MdnsFormat.Sighting sighting : sightings) {
                if (sighting.ttlS() == 0) {
                    nodes.remove(sighting.name());
                } else if (nodes.size() < NODES_MAX || nodes.containsKey(sighting.name())) {
                    nodes.put(sighting.name(), new Heard(sighting.service(), after(nowNs, sighting.ttlS())));
                }
            }
            listings.forEach((service, ttlS) -> {
                if (listedUntilNs.size() < NODES_MAX) {
                    listedUntilNs.put(service, after(nowNs, ttlS));
                }
            });
        }
        if (!sightings.isEmpty()) {
            tell();
        }
    }

    private static long after(long nowNs, long ttlS) {
        // Nobody needs to be believed for longer than Go Micro's own time.
        return nowNs + TimeUnit.SECONDS.toNanos(Math.min(ttlS, MdnsFormat.TTL_S));
    }

    /** Forgets what nobody told again in time. */
    void expire() {
        long nowNs = clockNs.getAsLong();
        boolean isLess;
        synchronized (this) {
            isLess = nodes.values().removeIf(node -> node.untilNs() - nowNs <= 0);
            listedUntilNs.values().removeIf(untilNs -> untilNs - nowNs <= 0);
        }
        if (isLess) {
            tell();
        }
    }

    synchronized List<Service> find(String service) {
        List<Service> found = new ArrayList<>();
        for (Heard heard : nodes.values()) {
            if (heard.service().name().equals(service)) {
                found.add(heard.service());
            }
        }
        return Service.merge(found);
    }

    synchronized List<String> names() {
        Set<String> names = new TreeSet<>(listedUntilNs.keySet());
        nodes.values().forEach(heard -> names.add(heard.service().name()));
        return List.copyOf(names);
    }

    void watch(Object key, String service, ChangeFilter filter) {
        synchronized (this) {
            watchers.put(key, new Watcher(service, filter));
        }
        tell();
    }

    synchronized void unwatch(Object key) {
        watchers.remove(key);
    }

    private void tell() {
        List<Watcher> told;
        synchronized (this) {
            told = List.copyOf(watchers.values());
        }
        for (Watcher watcher : told) {
            // Looked up under the filter's lock: two changes at once must not be told in the wrong order.
            synchronized (watcher.filter()) {
                watcher.filter().tell(find(watcher.service()));
            }
        }
    }
}
