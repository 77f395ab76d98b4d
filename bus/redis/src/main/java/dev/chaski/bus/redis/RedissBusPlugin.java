package dev.chaski.bus.redis;

/** The same over TLS. */
public final class RedissBusPlugin extends RedisBusPlugin {
    @Override
    public String scheme() {
        return "rediss";
    }
}
