package dev.chaski.server.lookup;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * What a lookup door is told at its start.
 *
 * @param address where it listens
 * @param connectionCountMax connections over all doors of its loops; further ones are closed at once
 * @param patience how long clients may take
 * @param self what it answers to {@code IDENTIFY}, once it listens
 */
public record LookupDoorConfig(
        InetSocketAddress address, int connectionCountMax, Patience patience, Supplier<LookupIdentity> self) {
    /**
     * How long clients may take, in milliseconds.
     *
     * @param silenceMs without a whole command, for a client that has not identified itself or has sent part of one
     * @param stallMs without reading anything of its answers
     */
    public record Patience(long silenceMs, long stallMs) {
        /**
         * The defaults.
         *
         * @return a minute, and half of one
         */
        public static Patience defaults() {
            return new Patience(60_000, 30_000);
        }
    }
}
