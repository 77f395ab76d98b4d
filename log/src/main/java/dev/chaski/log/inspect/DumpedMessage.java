package dev.chaski.log.inspect;

import java.nio.ByteBuffer;

/**
 * A message as it lies in the log.
 *
 * @param offset its offset
 * @param id its id
 * @param timestampNs when it was published, nanoseconds since 1970
 * @param appendedMs when it was stored, milliseconds since 1970
 * @param attempts what is shown at its first delivery
 * @param deferUntilMs until when its producer deferred it, milliseconds since 1970, 0 for not at all
 * @param sizeBytes bytes of its body
 * @param body the body, or as much of its beginning as was asked for
 */
public record DumpedMessage(
        long offset,
        String id,
        long timestampNs,
        long appendedMs,
        int attempts,
        long deferUntilMs,
        long sizeBytes,
        ByteBuffer body) {}
