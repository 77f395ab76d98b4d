package dev.chaski.registry.memory;

import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is registered, and who watches it. Any thread; listeners are called without its lock. */
final class Board {
    private final Map<Object, Service> services = new LinkedHashMap<>();
    private final Map<Object, Watcher> watchers = new LinkedHashMap<>();

    private record Watcher(String name, ChangeFilter filter) {}

    void put(Object key, Service service) {
        synchronized (this) {
            services.put(key, service);
        }
        tell(service.name());
    }

    void remove(Object key) {
        Service removed;
        synchronized (this) {
            removed = services.remove(key);
        }
        if (removed != null) {
            tell(removed.name());
        }
    }

    synchronized List<Service> all() {
        return Service.merge(services.values());
    }

    List<Service> find(String name) {
        return all().stream().filter(service -> service.name().equals(name)).toList();
    }

    void watch(Object key, String name, ChangeFilter filter) {
        synchronized (this) {
            watchers.put(key, new Watcher(name, filter));
        }
        tell(name);
    }

    synchronized void unwatch(Object key) {
        watchers.remove(key);
    }

    private void tell(String name) {
        List<Watcher> told;
        synchronized (this) {
            told = new ArrayList<>(watchers.values());
        }
        for (Watcher watcher : told) {
            if (watcher.name().equals(name)) {
                // Looked up under the filter's lock: two changes at once must not be told in the wrong order.
                synchronized (watcher.filter()) {
                    watcher.filter().tell(find(name));
                }
            }
        }
    }
}
