package dev.chaski.bus.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.SetParams;

/** A subscription's place in Redis: its stream, its group, and its own name in it. Any thread. */
final class Group {
    /** What the group of one who gets every message is called; such a queue is refused. */
    static final String BROADCAST = "broadcast:";

    /** The consumer that has what was given back, until somebody claims it. */
    private static final String NOBODY = "released";

    private static final String ALIVE = "alive:";
    /** So many leases a broadcast group lives without its subscriber. */
    private static final int LIFE_LEASES = 3;

    private static final Duration CONSUMER_LIFE = Duration.ofHours(1);
    private static final int HAND_MAX = 1_000;

    private final RedisClient redis;
    private final String prefix;
    private final byte[] stream;
    private final String name;
    private final String consumer = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    private final long leaseMs;

    Group(RedisClient redis, RedisSettings settings, String topic, String queue) {
        this.redis = redis;
        this.prefix = settings.prefix();
        this.stream = (prefix + topic).getBytes(StandardCharsets.UTF_8);
        this.name = queue.isEmpty() ? BROADCAST + UUID.randomUUID() : queue;
        this.leaseMs = settings.lease().toMillis();
    }

    byte[] stream() {
        return stream;
    }

    byte[] name() {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    byte[] consumer() {
        return consumer.getBytes(StandardCharsets.UTF_8);
    }

    long leaseMs() {
        return leaseMs;
    }

    private boolean isBroadcast() {
        return name.startsWith(BROADCAST);
    }

    private String aliveKey() {
        return ALIVE + prefix + name.substring(BROADCAST.length());
    }

    /** Makes the group where it is missing. The dead go first, so that they do not count as somebody. */
    void join() {
        live();
        sweep();
        Script.JOIN.run(redis, stream, List.of(name));
    }

    /** Tells others that a broadcast group's subscriber lives. */
    void live() {
        if (isBroadcast()) {
            redis.set(aliveKey(), "1", SetParams.setParams().px(LIFE_LEASES * leaseMs));
        }
    }

    void sweep() {
        Script.SWEEP.run(redis, stream, List.of(BROADCAST, ALIVE + prefix, CONSUMER_LIFE.toMillis()));
    }

    void ack(StreamEntryID id) {
        Script.ACK.runPatiently(redis, stream, List.of(name, id));
    }

    /** Lets others claim an entry that this consumer holds, in so many milliseconds: no more than a lease. */
    void giveBack(StreamEntryID id, long delayMs) {
        Script.HAND.runPatiently(redis, stream, List.of(name, consumer, NOBODY, leaseMs - delayMs, id));
    }

    /** Holds entries for another lease. */
    void renew(Collection<StreamEntryID> ids) {
        List<StreamEntryID> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += HAND_MAX) {
            List<Object> arguments = new ArrayList<>(List.of(name, consumer, consumer, 0));
            arguments.addAll(all.subList(from, Math.min(from + HAND_MAX, all.size())));
            Script.HAND.run(redis, stream, arguments);
        }
    }

    /** Ends a read that blocks. */
    void unblock(long connectionId) {
        redis.executeCommand(
                new CommandArguments(Protocol.Command.CLIENT).add("UNBLOCK").add(connectionId));
    }

    /** A queue's other members get what this one held; a broadcast group goes. May be called more than once. */
    void leave() {
        if (isBroadcast()) {
            redis.del(aliveKey());
            sweep();
        } else {
            Script.LEAVE.run(redis, stream, List.of(name, consumer, NOBODY, leaseMs));
        }
    }
}
