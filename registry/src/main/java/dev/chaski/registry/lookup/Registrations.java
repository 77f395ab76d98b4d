package dev.chaski.registry.lookup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All that lookupds should know, each with the number of its making: what was deleted and made again between two looks
 * is registered anew, which ends its tombstones. Any thread.
 */
final class Registrations {
    private final Map<Registration, Long> wanted = new ConcurrentSkipListMap<>();
    private final AtomicLong makings = new AtomicLong();

    void add(Registration registration) {
        wanted.putIfAbsent(registration, makings.incrementAndGet());
    }

    void remove(Registration registration) {
        wanted.remove(registration);
    }

    /** The commands that bring somebody who was told {@code announced} up to date, and notes them there. */
    List<String> catchUp(Map<Registration, Long> announced) {
        List<String> commands = new ArrayList<>();
        announced.entrySet().removeIf(told -> {
            boolean isGone = !told.getValue().equals(wanted.get(told.getKey()));
            if (isGone) {
                commands.add(told.getKey().command("UNREGISTER"));
            }
            return isGone;
        });
        wanted.forEach((registration, making) -> {
            if (announced.putIfAbsent(registration, making) == null) {
                commands.add(registration.command("REGISTER"));
            }
        });
        return commands;
    }
}
