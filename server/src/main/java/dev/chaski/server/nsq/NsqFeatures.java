package dev.chaski.server.nsq;

/**
 * What the NSQ door offers.
 *
 * @param version told to clients; plain semver, 1.3.0 or above, since libraries compare it
 * @param tlsRequired whether commands other than IDENTIFY need TLS
 * @param deflate whether deflate may be negotiated
 * @param maxDeflateLevel greatest level of deflate, 1 to 9
 * @param snappy whether snappy may be negotiated
 * @param topologyAware whether nearer consumers are served first
 * @param topologyZone the zone this node is in
 * @param topologyRegion the region this node is in
 */
public record NsqFeatures(
        String version,
        boolean tlsRequired,
        boolean deflate,
        int maxDeflateLevel,
        boolean snappy,
        boolean topologyAware,
        String topologyZone,
        String topologyRegion) {

    /**
     * The defaults of nsqd.
     *
     * @return everything that needs no certificate
     */
    public static NsqFeatures defaults() {
        return new NsqFeatures("1.3.0", false, true, 6, true, false, "", "");
    }
}
