package dev.chaski.bus.http;

import dev.chaski.bus.BusException;
import dev.chaski.registry.Service;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts what is published into the outbox, for whom it is owed, and has a sender for each of them. Any thread. */
final class Dispatcher implements AutoCloseable {
    private final Outbox outbox;
    private final Directory directory = new Directory();
    private final Poster poster;
    private final Map<Target, Sender> senders = new HashMap<>();
    private boolean isClosed;

    Dispatcher(Outbox outbox, Poster poster) {
        this.outbox = outbox;
        this.poster = poster;
    }

    /** The registry told who is there. */
    synchronized void told(List<Service> services) {
        if (isClosed) {
            return;
        }
        directory.told(services);
        for (String topic : directory.topics()) {
            outbox.moveFromFirst(topic, directory.targets(topic));
        }
        wake(outbox.targets());
        // Whoever is gone and is owed nothing needs no thread.
        Set<Target> owed = outbox.targets();
        senders.entrySet().removeIf(entry -> {
            boolean isIdle = !owed.contains(entry.getKey())
                    && directory.nodes(entry.getKey()).isEmpty();
            if (isIdle) {
                entry.getValue().stop();
            }
            return isIdle;
        });
    }

    synchronized void publish(String topic, byte[] body) {
        if (isClosed) {
            throw new BusException("the bus is not connected");
        }
        Set<Target> targets = new LinkedHashSet<>(directory.targets(topic));
        targets.addAll(outbox.queues(topic));
        if (targets.isEmpty()) {
            targets.add(Target.first(topic));
        }
        outbox.add(targets, body);
        wake(targets);
    }

    private void wake(Collection<Target> targets) {
        for (Target target : targets) {
            if (!target.isForTheFirst()) {
                senders.computeIfAbsent(target, missing -> new Sender(missing, outbox, directory, poster))
                        .wake();
            }
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        senders.values().forEach(Sender::stop);
        senders.clear();
        poster.close();
    }
}
