package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.client.ClientException;
import dev.chaski.client.ConnectionLostException;
import dev.chaski.client.Message;
import dev.chaski.client.PublishTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a producer was told and a consumer's handlers were given, over a storm of troubles. Any thread: every method holds
 * the ledger's lock. A message may be handled again only where a trouble met its handling: it was in flight then, or its
 * finish was not yet durable. One that is stored twice has two ids.
 */
final class ClientLedger {
    private static final int BREACHES_MAX = 50;

    private enum Answer {
        NONE,
        STORED,
        PERHAPS,
        NOT_STORED
    }

    /** From when to when what was said to the broker may not have reached it, or may have been forgotten there. */
    private record Trouble(long fromNs, long toNs) {}

    private record Handling(String id, int attempt, long fromNs, long toNs) {}

    private static final class Entry {
        private Answer answer = Answer.NONE;
        private final List<Handling> handlings = new ArrayList<>();
    }

    private final Map<Bodies.Key, Entry> entries = new HashMap<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private int stored;
    private int handledOfStored;
    private long again;
    private long unharmed;
    private long copies;

    /** A message is handed to the producer. */
    synchronized void publishing(Bodies.Key key) {
        entries.put(key, new Entry());
    }

    /** The producer said what became of it: nothing, or why not. */
    synchronized void answered(Bodies.Key key, Throwable failure) {
        Entry entry = entries.get(key);
        if (failure == null) {
            entry.answer = Answer.STORED;
            stored++;
            handledOfStored += entry.handlings.isEmpty() ? 0 : 1;
        } else if (failure instanceof ConnectionLostException || failure instanceof PublishTimeoutException) {
            entry.answer = Answer.PERHAPS;
        } else if (failure instanceof ClientException) {
            entry.answer = Answer.NOT_STORED;
        } else {
            breach(key + ": " + failure);
        }
    }

    /** A handler ran; its message is finished next. */
    synchronized void handled(Message message, long fromNs, long toNs) {
        Bodies.Key key = Bodies.keyOf(message.body());
        Entry entry = entries.get(key);
        if (entry == null) {
            breach(key + " was never published, or was all done rounds ago");
            return;
        }
        if (entry.handlings.isEmpty() && entry.answer == Answer.STORED) {
            handledOfStored++;
        }
        entry.handlings.add(new Handling(message.id(), message.attempts(), fromNs, toNs));
    }

    /** Something happened between a client and its broker, or to the broker. */
    synchronized void trouble(long fromNs, long toNs) {
        long graceNs = Grace.now().toNanos();
        troubles.add(new Trouble(fromNs - graceNs, toNs + graceNs));
    }

    synchronized void breach(String text) {
        if (breaches.size() < BREACHES_MAX) {
            breaches.add(text);
        }
    }

    /** Stored messages that no handler has seen. */
    synchronized int missing() {
        return stored - handledOfStored;
    }

    synchronized int stored() {
        return stored;
    }

    /** Handlings of a message that was handled before. */
    synchronized long again() {
        return again;
    }

    /** Handlings that no trouble met: none of their messages was handled again. */
    synchronized long unharmed() {
        return unharmed;
    }

    /** Messages that were stored twice. */
    synchronized long copies() {
        return copies;
    }

    /**
     * All is over and the channel is empty: looks at every message, and forgets it.
     *
     * @param resentMax how many publishes were sent again at most; each may be a second copy
     */
    synchronized void assertKept(long resentMax) {
        long copiesNow = 0;
        for (Map.Entry<Bodies.Key, Entry> each : entries.entrySet()) {
            copiesNow += check(each.getKey(), each.getValue());
        }
        if (copiesNow > resentMax) {
            breach(copiesNow + " messages were stored twice, where " + resentMax + " were sent twice");
        }
        copies += copiesNow;
        assertThat(breaches).as("breaches among %s messages", entries.size()).isEmpty();
        entries.clear();
        troubles.clear();
        stored = 0;
        handledOfStored = 0;
    }

    private long check(Bodies.Key key, Entry entry) {
        if (entry.answer == Answer.NONE) {
            breach(key + ": nobody said what became of it");
        }
        if (entry.answer == Answer.STORED && entry.handlings.isEmpty()) {
            breach(key + ": was acknowledged and never handled");
        }
        if (entry.answer == Answer.NOT_STORED && !entry.handlings.isEmpty()) {
            breach(key + ": was said not to be stored, and was handled");
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < entry.handlings.size(); i++) {
            Handling handling = entry.handlings.get(i);
            boolean wasMet = troubles.stream()
                    .anyMatch(trouble -> handling.fromNs() <= trouble.toNs() && handling.toNs() >= trouble.fromNs());
            unharmed += wasMet ? 0 : 1;
            boolean comesAgain = entry.handlings.stream()
                    .skip(i + 1L)
                    .anyMatch(later -> later.id().equals(handling.id()));
            if (comesAgain) {
                again++;
                if (!wasMet) {
                    breach(key + ": was handled again though nothing had happened: " + entry.handlings);
                }
            }
            ids.add(handling.id());
        }
        return Math.max(0, ids.size() - 1);
    }
}
