package dev.chaski.bus.redis;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** A pool of connections for everybody, and a feed with one of its own for each subscription. Any thread. */
final class RedisLink implements Link {
    private static final int RENEWALS_PER_LEASE = 3;

    private final RedisSettings settings;
    private final RedisClient redis;
    private final Set<RedisFeed> feeds = ConcurrentHashMap.newKeySet();
    private final Thread keeper = Thread.ofVirtual().name("bus-redis-keeper").unstarted(this::keep);

    RedisLink(RedisSettings settings) {
        this.settings = settings;
        this.redis = settings.openPool();
        keeper.start();
    }

    @Override
    public String address() {
        return settings.address();
    }

    @Override
    public void publish(String topic, Message message) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(settings.pendingMax());
        arguments.addAll(EntryFormat.encode(message));
        try {
            byte[] stream = (settings.prefix() + topic).getBytes(StandardCharsets.UTF_8);
            if (Script.PUBLISH.runPatiently(redis, stream, arguments) == null) {
                throw new BusException("topic \"" + topic + "\" has " + settings.pendingMax()
                        + " messages waiting, which is as many as may (pending=)");
            }
        } catch (JedisException e) {
            throw new BusException("not published to " + topic + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        if (options.queue().startsWith(Group.BROADCAST)) {
            throw new BusException("a queue's name must not begin with " + Group.BROADCAST);
        }
        Group group = new Group(redis, settings, topic, options.queue());
        try {
            group.join();
        } catch (JedisException e) {
            throw new BusException("not subscribed to " + topic + ": " + e.getMessage(), e);
        }
        RedisFeed feed = new RedisFeed(topic, group, settings, options.inFlightMax(), receiver);
        feeds.add(feed);
        feed.start();
        return () -> {
            feeds.remove(feed);
            feed.close();
        };
    }

    /** Renews what is held, and now and then removes what the dead left. */
    private void keep() {
        try {
            for (long turn = 1; ; turn++) {
                Thread.sleep(settings.lease().dividedBy(RENEWALS_PER_LEASE));
                for (RedisFeed feed : feeds) {
                    feed.renew(turn % RENEWALS_PER_LEASE == 0);
                }
            }
        } catch (InterruptedException e) {
            // The bus is disconnected.
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
        feeds.forEach(RedisFeed::close);
        feeds.clear();
        redis.close();
    }
}
