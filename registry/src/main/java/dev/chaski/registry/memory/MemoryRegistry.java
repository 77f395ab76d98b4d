package dev.chaski.registry.memory;

import dev.chaski.registry.ChangeFilter;
import dev.chaski.registry.Registry;
import dev.chaski.registry.Service;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One user's view of a {@link Board}: what it registered goes when it closes. Any thread. */
final class MemoryRegistry implements Registry {
    private final Board board;
    private final Set<Object> keys = ConcurrentHashMap.newKeySet();

    MemoryRegistry(Board board) {
        this.board = board;
    }

    @Override
    public Registration register(Service service) {
        Object key = new Object();
        keys.add(key);
        board.put(key, service);
        return () -> {
            keys.remove(key);
            board.remove(key);
        };
    }

    @Override
    public List<Service> find(String name) {
        return board.find(name);
    }

    @Override
    public List<String> names() {
        return board.all().stream().map(Service::name).distinct().sorted().toList();
    }

    @Override
    public Watch watch(String name, Consumer<List<Service>> listener) {
        Object key = new Object();
        keys.add(key);
        board.watch(key, name, new ChangeFilter(listener));
        return () -> {
            keys.remove(key);
            board.unwatch(key);
        };
    }

    @Override
    public void close() {
        for (Object key : keys) {
            board.unwatch(key);
            board.remove(key);
        }
        keys.clear();
    }
}
