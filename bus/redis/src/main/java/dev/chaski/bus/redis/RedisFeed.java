package dev.chaski.bus.redis;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.Timers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntryBinary;

/**
 * Reads a stream for one subscription and runs its handler, on its own virtual thread and connection. Redis remembers
 * who holds what and since when: what is given back, or held by somebody dead, counts as idle for a lease, and anybody
 * in the group claims it. What lives renews its lease. The rest: any thread.
 */
final class RedisFeed implements Link.Feed {
    /** How often a feed looks for what can be claimed. */
    static final long LOOK_MS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RedisFeed.class);
    /** What one member takes at a time is no other's. */
    private static final int BATCH_MAX = 16;

    private static final long BACKOFF_MIN_MS = 50;
    private static final long BACKOFF_MAX_MS = 2_000;
    private static final String CURSOR_START = "0-0";

    private final String topic;
    private final Group group;
    private final RedisSettings settings;
    private final Link.Receiver receiver;
    private final Semaphore room;
    private final Thread thread;
    private final long originNs = System.nanoTime();
    /** What it holds, and renews. */
    private final Set<StreamEntryID> held = ConcurrentHashMap.newKeySet();
    /** When what it gave back can be claimed, in milliseconds since its beginning. */
    private final NavigableSet<Long> dueMs = new ConcurrentSkipListSet<>();

    private volatile boolean isClosed;
    private volatile boolean isReading;
    private volatile long connectionId;
    /** This and the next: its own thread's alone. When it looks for what can be claimed, at the latest. */
    private long nextLookMs;

    private String cursor = CURSOR_START;

    RedisFeed(String topic, Group group, RedisSettings settings, int inFlightMax, Link.Receiver receiver) {
        this.topic = topic;
        this.group = group;
        this.settings = settings;
        this.receiver = receiver;
        this.room = new Semaphore(inFlightMax);
        this.thread = Thread.ofVirtual().name("bus-redis-" + topic).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long backoffMs = BACKOFF_MIN_MS;
        boolean isInterrupted = false;
        while (!isClosed) {
            try (Jedis redis = settings.open()) {
                connectionId = redis.clientId();
                cursor = CURSOR_START;
                if (isInterrupted) {
                    // The server may have forgotten the group, or others may have taken its subscriber for dead.
                    group.join();
                    LOG.info("subscription resumed topic={} server={}", topic, settings);
                    isInterrupted = false;
                }
                backoffMs = BACKOFF_MIN_MS;
                while (!isClosed) {
                    turn(redis);
                }
            } catch (JedisException e) {
                if (!isClosed && !isInterrupted) {
                    LOG.warn("subscription interrupted topic={} server={} error=\"{}\"", topic, settings, e.toString());
                }
                isInterrupted = true;
                backoffMs = pause(backoffMs);
            } catch (InterruptedException e) {
                break;
            } catch (RuntimeException e) {
                LOG.error("subscription ended topic={}", topic, e);
                break;
            }
        }
        // Again: the last read may have brought something after it was closed.
        leave();
    }

    private long pause(long backoffMs) {
        try {
            if (!isClosed) {
                Thread.sleep(backoffMs);
            }
        } catch (InterruptedException e) {
            // It is closed, and the loop sees that.
        }
        return Math.min(backoffMs * 2, BACKOFF_MAX_MS);
    }

    private void turn(Jedis redis) throws InterruptedException {
        int count = takeRoom();
        if (count == 0) {
            return;
        }
        List<StreamEntryBinary> entries;
        try {
            entries = isClaimDue() ? claim(redis, count) : read(redis, count);
        } catch (JedisException e) {
            room.release(count);
            throw e;
        }
        handle(entries, count);
    }

    /** For how many messages there is room, which is then theirs; 0 where there was none for a while. */
    private int takeRoom() throws InterruptedException {
        if (!room.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
            return 0;
        }
        int count = 1;
        while (count < BATCH_MAX && room.tryAcquire()) {
            count++;
        }
        return count;
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - originNs);
    }

    private long nextClaimMs() {
        Long due = dueMs.ceiling(0L);
        return due == null ? nextLookMs : Math.min(due, nextLookMs);
    }

    private boolean isClaimDue() {
        return !cursor.equals(CURSOR_START) || nowMs() >= nextClaimMs();
    }

    /** Takes a part of what was given back and is due, and of what the dead held. */
    private List<StreamEntryBinary> claim(Jedis redis, int count) {
        if (cursor.equals(CURSOR_START)) {
            long nowMs = nowMs();
            nextLookMs = nowMs + LOOK_MS;
            dueMs.headSet(nowMs, true).clear();
        }
        List<Object> answer = redis.xautoclaim(
                group.stream(),
                group.name(),
                group.consumer(),
                group.leaseMs(),
                cursor.getBytes(StandardCharsets.US_ASCII),
                XAutoClaimParams.xAutoClaimParams().count(count));
        cursor = new String((byte[]) answer.get(0), StandardCharsets.US_ASCII);
        return BuilderFactory.STREAM_ENTRY_BINARY_LIST.build(answer.get(1));
    }

    private List<StreamEntryBinary> read(Jedis redis, int count) {
        isReading = true;
        try {
            XReadGroupParams parameters = XReadGroupParams.xReadGroupParams().count(count);
            long waitMs = nextClaimMs() - nowMs();
            if (waitMs > 0 && !isClosed) {
                parameters.block((int) waitMs);
            }
            List<Map.Entry<byte[], List<StreamEntryBinary>>> streams = redis.xreadGroupBinary(
                    group.name(),
                    group.consumer(),
                    parameters,
                    Map.of(group.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
            return streams == null || streams.isEmpty()
                    ? List.of()
                    : streams.getFirst().getValue();
        } finally {
            isReading = false;
        }
    }

    private void handle(List<StreamEntryBinary> entries, int roomTaken) {
        List<StreamEntryBinary> mine = new ArrayList<>();
        for (StreamEntryBinary entry : entries) {
            // Redis 6 tells of entries that were deleted, as null; what came a second time is still being handled.
            if (entry != null && held.add(entry.getID())) {
                mine.add(entry);
            }
        }
        room.release(roomTaken - mine.size());
        for (StreamEntryBinary entry : mine) {
            if (isClosed) {
                // What it holds went to others, or will when this thread ends.
                return;
            }
            handle(entry);
        }
    }

    private void handle(StreamEntryBinary entry) {
        Held settlement = new Held(entry.getID());
        Message message = EntryFormat.decode(entry.getFields());
        if (message == null) {
            // It would be the same the next time.
            LOG.error("entry dropped topic={} id={} error=\"it is no message\"", topic, entry.getID());
            drop(settlement);
        } else {
            receiver.receive(message, settlement);
        }
    }

    private void drop(Held settlement) {
        try {
            settlement.ack();
        } catch (BusException e) {
            LOG.debug("not dropped topic={}; it comes again", topic, e);
        }
    }

    /** Keeps what it holds; and, where that is wanted, removes what the dead left. */
    void renew(boolean isSweepDue) {
        try {
            group.live();
            group.renew(held);
            if (isSweepDue) {
                group.sweep();
            }
        } catch (JedisException e) {
            LOG.debug("lease not renewed topic={} error=\"{}\"", topic, e.toString());
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        room.release();
        wake();
        leave();
    }

    private void wake() {
        try {
            if (isReading) {
                group.unblock(connectionId);
            }
        } catch (JedisException | IllegalStateException e) {
            // Its read ends by itself, a little later.
            LOG.debug("read not ended topic={} error=\"{}\"", topic, e.toString());
        }
    }

    private void leave() {
        try {
            group.leave();
        } catch (JedisException | IllegalStateException e) {
            // Others see that it is gone when its lease is over.
            LOG.debug("not left topic={} error=\"{}\"", topic, e.toString());
        }
    }

    private final class Held implements Link.Settlement {
        private final StreamEntryID id;

        Held(StreamEntryID id) {
            this.id = id;
        }

        @Override
        public void ack() {
            try {
                group.ack(id);
            } catch (JedisException | IllegalStateException e) {
                throw new BusException("Redis was not told, and gives the message again: " + e.getMessage(), e);
            } finally {
                held.remove(id);
                room.release();
            }
        }

        @Override
        public void requeue(long delayMs) {
            room.release();
            long longerMs = delayMs - group.leaseMs();
            if (longerMs > 0) {
                // Idle for less than no time cannot be; until then its lease is renewed.
                Timers.after(longerMs, () -> giveBack(group.leaseMs()));
            } else {
                giveBack(delayMs);
            }
        }

        private void giveBack(long delayMs) {
            try {
                if (!isClosed) {
                    group.giveBack(id, delayMs);
                }
                // A millisecond more, for both clocks are cut to milliseconds.
                dueMs.add(nowMs() + delayMs + 1);
                wake();
            } catch (JedisException | IllegalStateException e) {
                LOG.warn(
                        "not given back topic={} id={} error=\"{}\"; the message comes later", topic, id, e.toString());
            } finally {
                held.remove(id);
            }
        }
    }
}
