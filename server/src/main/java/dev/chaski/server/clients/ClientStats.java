package dev.chaski.server.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection's figures at one moment, under the names that nsqd's {@code /stats} gives them.
 *
 * @param clientId what the client calls itself
 * @param hostname where it says it runs
 * @param version protocol version, {@code V2}
 * @param remoteAddress address and port of its end
 * @param state 0 before it subscribed, 3 subscribed, 4 closing after CLS
 * @param topic name of the topic it subscribed to, or null
 * @param channel name of the channel it subscribed to, or null
 * @param readyCount RDY
 * @param inFlightCount messages in flight with it
 * @param messageCount messages handed over to it
 * @param finishCount messages it finished
 * @param requeueCount messages it gave back
 * @param connectTs when it connected, seconds since 1970
 * @param msgTimeoutMs its message time-out, in milliseconds
 * @param sampleRate percent of the messages it wants, 0 for all
 * @param deflate whether deflate was negotiated
 * @param snappy whether snappy was negotiated
 * @param userAgent its library
 * @param auth what the authorization server said of it, or null
 * @param pubCounts messages it published, by topic
 * @param tls how it is encrypted, or null
 * @param topologyZone zone it says it is in
 * @param topologyRegion region it says it is in
 */
public record ClientStats(
        String clientId,
        String hostname,
        String version,
        String remoteAddress,
        int state,
        @Nullable String topic,
        @Nullable String channel,
        int readyCount,
        int inFlightCount,
        long messageCount,
        long finishCount,
        long requeueCount,
        long connectTs,
        long msgTimeoutMs,
        int sampleRate,
        boolean deflate,
        boolean snappy,
        String userAgent,
        @Nullable Auth auth,
        List<PubCount> pubCounts,
        @Nullable Tls tls,
        String topologyZone,
        String topologyRegion) {

    /**
     * Who a client is to the authorization server.
     *
     * @param identity its name, may be empty
     * @param identityUrl where to read more, may be empty
     */
    public record Auth(String identity, String identityUrl) {}

    /**
     * Messages published to a topic over a connection.
     *
     * @param topic the topic's name
     * @param count how many
     */
    public record PubCount(String topic, long count) {}

    /**
     * How a connection is encrypted.
     *
     * @param cipherSuite its standard name
     * @param version {@code TLS1.2} …
     * @param negotiatedProtocol by ALPN, mostly empty
     * @param negotiatedProtocolIsMutual whether both sides named it
     */
    public record Tls(
            String cipherSuite, String version, String negotiatedProtocol, boolean negotiatedProtocolIsMutual) {}

    /**
     * Whether it has published anything.
     *
     * @return true for a producer
     */
    public boolean isProducer() {
        return !pubCounts.isEmpty();
    }
}
