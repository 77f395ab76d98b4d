package dev.chaski.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A channel's consumers, and those that left while messages were in flight with them. Confined to the channel's loop. */
final class Subscriptions {
    private final List<Subscription> present = new ArrayList<>();
    private final List<Subscription> leavers = new ArrayList<>();
    private int lastNumber;

    int size() {
        return present.size();
    }

    boolean isEmpty() {
        return present.isEmpty();
    }

    /** A number that no other subscription of the channel ever had. */
    int nextNumber() {
        return ++lastNumber;
    }

    void add(Subscription subscription) {
        present.add(subscription);
    }

    /**
     * Takes one out; what is in flight with it stays so until its time-out runs out.
     *
     * @return false where it had been taken out before
     */
    boolean remove(Subscription subscription) {
        boolean wasThere = present.remove(subscription);
        if (wasThere && subscription.inFlightCount() > 0) {
            leavers.add(subscription);
        }
        return wasThere;
    }

    /** Names all that are present; they may leave meanwhile. */
    void forEach(Consumer<Subscription> each) {
        List.copyOf(present).forEach(each);
    }

    /** Nothing is in flight with anybody any more. */
    void forgetInFlight() {
        present.forEach(Subscription::forget);
        leavers.clear();
    }

    void clear() {
        present.clear();
        leavers.clear();
    }

    /**
     * Gives back what has been in flight for too long.
     *
     * @param relieved told of each that is present and has room again
     * @return messages given back
     */
    int expire(long nowMs, Consumer<Subscription> relieved) {
        int expired = 0;
        for (int i = 0; i < present.size(); i++) {
            int count = present.get(i).expire(nowMs);
            if (count > 0) {
                relieved.accept(present.get(i));
            }
            expired += count;
        }
        for (int i = 0; i < leavers.size(); i++) {
            expired += leavers.get(i).expire(nowMs);
        }
        leavers.removeIf(leaver -> leaver.inFlightCount() == 0);
        return expired;
    }

    /** When the next time-out runs out (monotonic), {@link Long#MAX_VALUE} where nothing is in flight. */
    long nextDeadlineMs() {
        return Math.min(nextDeadlineMs(present), nextDeadlineMs(leavers));
    }

    private static long nextDeadlineMs(List<Subscription> of) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < of.size(); i++) {
            next = Math.min(next, of.get(i).nextDeadlineMs());
        }
        return next;
    }
}
