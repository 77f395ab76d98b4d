package dev.chaski.bus.redis;

/** The same over TLS. */
public final class RedissBusPlugin extends RedisBusPlugin {
    /** For {@link java.util.ServiceLoader}. */
    public RedissBusPlugin() {}

    @Override
    public String scheme() {
        return "rediss";
    }
}
