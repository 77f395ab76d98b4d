package dev.chaski.server.nsq;

import dev.chaski.server.auth.AuthServers;
import dev.chaski.server.tls.Certificates;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the NSQ door is told at its start.
 *
 * @param address where it listens
 * @param limits how much clients may ask
 * @param features what it offers
 * @param certificates what it offers TLS with, or null for no TLS
 * @param auth who decides what clients may do, or null where everybody may do everything
 */
public record NsqDoorConfig(
        InetSocketAddress address,
        NsqLimits limits,
        NsqFeatures features,
        @Nullable Certificates certificates,
        @Nullable AuthServers auth) {

    /**
     * The defaults of nsqd.
     *
     * @param address where it listens
     * @return no TLS, no authorization
     */
    public static NsqDoorConfig of(InetSocketAddress address) {
        return new NsqDoorConfig(address, NsqLimits.defaults(), NsqFeatures.defaults(), null, null);
    }
}
