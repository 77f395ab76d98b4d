package dev.chaski.server.http;

import dev.chaski.server.tls.Certificates;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP door is told at its start.
 *
 * @param address where it listens
 * @param limits how much clients may ask
 * @param certificates what it encrypts with (then it speaks HTTPS only), or null for plain HTTP
 * @param tlsOnlyPort not null where plain HTTP is refused: every request is answered by the port of the HTTPS door
 */
public record HttpDoorConfig(
        InetSocketAddress address,
        HttpLimits limits,
        @Nullable Certificates certificates,
        @Nullable IntSupplier tlsOnlyPort) {

    /**
     * Plain HTTP with nsqd's limits.
     *
     * @param address where it listens
     * @return no TLS
     */
    public static HttpDoorConfig of(InetSocketAddress address) {
        return new HttpDoorConfig(address, HttpLimits.defaults(), null, null);
    }
}
