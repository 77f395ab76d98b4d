/** Redis streams as a plug-in of the bus. {@link dev.chaski.bus.redis.RedisBusPlugin} is where to begin. */
@NullMarked
package dev.chaski.bus.redis;

import org.jspecify.annotations.NullMarked;
