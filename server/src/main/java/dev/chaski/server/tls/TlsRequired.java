package dev.chaski.server.tls;

/** Where unencrypted clients are refused: nsqd's {@code tls-required}. */
public enum TlsRequired {
    /** Nowhere. */
    NO,
    /** On the NSQ door, not on the HTTP door. */
    TCP_ONLY,
    /** On the NSQ door and on the HTTP door. */
    EVERYWHERE;

    /**
     * Reads the option's value. A client-auth policy makes TLS required everywhere, as in nsqd.
     *
     * @param text {@code false}, {@code true} or {@code tcp-https}; empty means true, as a flag without a value does
     * @param policy what clients must show
     * @return what is required
     */
    public static TlsRequired parse(String text, ClientAuthPolicy policy) {
        TlsRequired required = switch (text) {
            case "false" -> NO;
            case "", "true" -> EVERYWHERE;
            case "tcp-https" -> TCP_ONLY;
            default ->
                throw new IllegalArgumentException(
                        "tls-required is \"" + text + "\"; allowed are false, true and tcp-https");
        };
        return required == NO && policy != ClientAuthPolicy.NONE ? EVERYWHERE : required;
    }

    /**
     * Whether the NSQ door refuses unencrypted clients.
     *
     * @return true where commands need TLS
     */
    public boolean onTcp() {
        return this != NO;
    }

    /**
     * Whether the plain HTTP door refuses its clients.
     *
     * @return true where only HTTPS is served
     */
    public boolean onHttp() {
        return this == EVERYWHERE;
    }
}
