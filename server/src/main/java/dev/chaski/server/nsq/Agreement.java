package dev.chaski.server.nsq;

/**
 * What a client's connection is wrapped in after IDENTIFY.
 *
 * @param tls whether it is encrypted
 * @param deflate whether it is compressed by deflate
 * @param deflateLevel how hard
 * @param snappy whether it is compressed by snappy
 */
record Agreement(boolean tls, boolean deflate, int deflateLevel, boolean snappy) {
    private static final int DEFLATE_LEVEL = 6;

    static Agreement between(Identity asked, NsqFeatures offered, boolean isTlsOffered) throws Refusal {
        boolean tls = isTlsOffered && asked.wants(IdentityField.TLS_V1);
        boolean deflate = offered.deflate() && asked.wants(IdentityField.DEFLATE);
        int level = deflate && asked.deflateLevel() > 0 ? asked.deflateLevel() : DEFLATE_LEVEL;
        boolean snappy = offered.snappy() && asked.wants(IdentityField.SNAPPY);
        if (deflate && snappy) {
            throw Refusal.of("E_IDENTIFY_FAILED", "cannot enable both deflate and snappy compression");
        }
        return new Agreement(tls, deflate, Math.min(level, offered.maxDeflateLevel()), snappy);
    }
}
