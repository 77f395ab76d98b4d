package dev.chaski.bus.http;

import dev.chaski.bus.BusException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * What is published and not yet delivered: one copy for each target, numbered in the order of publishing. With a file,
 * {@link #add} returns when the operating system has it; that something was delivered reaches the file within a second,
 * so after a crash some messages come twice. Any thread.
 */
final class Outbox implements AutoCloseable {
    private final MVStore store;
    private final MVMap<Long, byte[]> copies;
    private final int pendingMax;
    /** The numbers of what is owed; targets without any are not here. */
    private final Map<Target, NavigableSet<Long>> owed = new HashMap<>();

    private long last;

    private Outbox(MVStore store, int pendingMax) {
        this.store = store;
        this.pendingMax = pendingMax;
        copies = store.openMap("copies");
        copies.forEach((number, copy) -> numbers(target(copy)).add(number));
        last = copies.isEmpty() ? 0 : copies.lastKey();
    }

    /** An empty file name is for memory alone. */
    static Outbox open(String file, int pendingMax) {
        try {
            MVStore.Builder builder = new MVStore.Builder();
            return new Outbox((file.isEmpty() ? builder : builder.fileName(file)).open(), pendingMax);
        } catch (MVStoreException e) {
            throw new BusException("the outbox " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** One copy for each target, or none where one has too many. */
    synchronized void add(Collection<Target> targets, byte[] body) {
        for (Target target : targets) {
            NavigableSet<Long> numbers = owed.get(target);
            if (numbers != null && numbers.size() >= pendingMax) {
                throw new BusException("topic \"" + target.topic() + "\" has " + pendingMax
                        + " messages waiting in the outbox, which is as many as may");
            }
        }
        try {
            for (Target target : targets) {
                copies.put(++last, copy(target, body));
                numbers(target).add(last);
            }
            store.commit();
        } catch (MVStoreException e) {
            throw new BusException("the outbox cannot be written: " + e.getMessage(), e);
        }
    }

    /** What waited for the first subscriber is owed to all who are the first; in its order, before what comes later. */
    synchronized void moveFromFirst(String topic, Collection<Target> targets) {
        Target first = Target.first(topic);
        NavigableSet<Long> numbers = owed.remove(first);
        if (numbers == null) {
            return;
        }
        for (Long number : numbers) {
            byte[] copy = Objects.requireNonNull(copies.get(number), "what is owed is there");
            byte[] body = body(copy);
            for (Target target : targets) {
                copies.put(++last, copy(target, body));
                numbers(target).add(last);
            }
            copies.remove(number);
        }
        store.commit();
    }

    /** The first that is owed after a number, or null. */
    synchronized @Nullable Long next(Target target, long after) {
        NavigableSet<Long> numbers = owed.get(target);
        return numbers == null ? null : numbers.higher(after);
    }

    /** What it says, or null where it is not owed any more. */
    synchronized byte @Nullable [] body(long number) {
        byte[] copy = copies.get(number);
        return copy == null ? null : body(copy);
    }

    synchronized void remove(Target target, long number) {
        NavigableSet<Long> numbers = owed.get(target);
        if (numbers != null && numbers.remove(number)) {
            copies.remove(number);
            if (numbers.isEmpty()) {
                owed.remove(target);
            }
        }
    }

    /** Forgets all that is owed to one who will not come back, and tells how much it was. */
    synchronized int removeAll(Target target) {
        NavigableSet<Long> numbers = owed.remove(target);
        if (numbers == null) {
            return 0;
        }
        numbers.forEach(copies::remove);
        return numbers.size();
    }

    /** Everybody to whom something is owed. */
    synchronized Set<Target> targets() {
        return Set.copyOf(owed.keySet());
    }

    /** The queues of a topic to which something is owed. */
    synchronized List<Target> queues(String topic) {
        List<Target> queues = new ArrayList<>();
        for (Target target : owed.keySet()) {
            if (target.isQueue() && target.topic().equals(topic)) {
                queues.add(target);
            }
        }
        return queues;
    }

    private NavigableSet<Long> numbers(Target target) {
        return owed.computeIfAbsent(target, missing -> new TreeSet<>());
    }

    private static byte[] copy(Target target, byte[] body) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + 128);
            DataOutputStream out = new DataOutputStream(bytes);
            target.write(out);
            out.write(body);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a write to memory failed", e);
        }
    }

    private static Target target(byte[] copy) {
        try {
            return Target.read(new DataInputStream(new ByteArrayInputStream(copy)));
        } catch (IOException e) {
            throw new UncheckedIOException("the outbox holds something that nobody wrote", e);
        }
    }

    private static byte[] body(byte[] copy) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(copy));
            Target.read(in);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the outbox holds something that nobody wrote", e);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
