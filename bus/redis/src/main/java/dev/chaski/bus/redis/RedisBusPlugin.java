package dev.chaski.bus.redis;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import java.util.EnumSet;
import java.util.Set;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * {@code bus:redis://USER:PASSWORD@HOST:PORT/DATABASE}, of which all but the host may be left out, with the parameters
 *
 * <ul>
 *   <li>{@code prefix}: what a stream's key begins with, before the topic; {@code bus:};
 *   <li>{@code pending}: how many messages may wait in a topic, 100,000; more is refused;
 *   <li>{@code lease}: how many seconds a member may be silent until its messages go to others, 10;
 *   <li>{@code durable=yes}: connects only to a server that writes each change to its append-only file.
 * </ul>
 *
 * <p>A topic is a stream, a queue a consumer group of it; who subscribes without one has a group of its own, which goes
 * with it. An entry has the field {@code body} and a field {@code header:NAME} for each header. {@code bus:rediss:} is
 * the same over TLS; certificates are verified.
 */
public class RedisBusPlugin implements BusPlugin {
    private static final String AOF = "aof_enabled:1";
    private static final String EVICTION = "maxmemory_policy:allkeys-";

    /** For {@link java.util.ServiceLoader}. */
    public RedisBusPlugin() {}

    @Override
    public String scheme() {
        return "redis";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return uri.parameter("durable", "no").equals("yes")
                ? EnumSet.allOf(Capability.class)
                : EnumSet.complementOf(EnumSet.of(Capability.SURVIVES_RESTART));
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        RedisSettings settings = RedisSettings.of(uri, scheme().equals("rediss"), options.sslContext());
        try (Jedis redis = settings.open()) {
            redis.ping();
            if (settings.isDurable()) {
                demandDurability(redis, settings);
            }
        } catch (JedisException e) {
            throw new BusException("no Redis answers at " + settings.address() + ": " + e.getMessage(), e);
        }
        return new RedisLink(settings);
    }

    private static void demandDurability(Jedis redis, RedisSettings settings) {
        if (!redis.info("persistence").contains(AOF)) {
            throw new BusException("durable=yes, but the Redis at " + settings.address()
                    + " keeps no append-only file (appendonly yes in its configuration)");
        }
        if (redis.info("memory").contains(EVICTION)) {
            throw new BusException("durable=yes, but the Redis at " + settings.address()
                    + " may evict streams (maxmemory-policy noeviction in its configuration)");
        }
    }
}
