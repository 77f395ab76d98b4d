package dev.chaski.server.tls;

import java.util.ArrayList;
import java.util.List;

/** A version of TLS, oldest first: nsqd's {@code tls-min-version}. */
public enum TlsVersion {
    /** TLS 1.0. The JDK refuses it unless its security properties are changed. */
    TLS_1_0("tls1.0", "TLSv1"),
    /** TLS 1.1. The JDK refuses it unless its security properties are changed. */
    TLS_1_1("tls1.1", "TLSv1.1"),
    /** TLS 1.2. */
    TLS_1_2("tls1.2", "TLSv1.2"),
    /** TLS 1.3. */
    TLS_1_3("tls1.3", "TLSv1.3");

    private final String option;
    private final String protocol;

    TlsVersion(String option, String protocol) {
        this.option = option;
        this.protocol = protocol;
    }

    /**
     * Reads the option's value.
     *
     * @param text {@code tls1.0} to {@code tls1.3}, or {@code ssl3.0}, which means the oldest
     * @return the version
     */
    public static TlsVersion parse(String text) {
        if (text.equals("ssl3.0")) {
            return TLS_1_0;
        }
        for (TlsVersion version : values()) {
            if (version.option.equals(text)) {
                return version;
            }
        }
        throw new IllegalArgumentException(
                "tls-min-version is \"" + text + "\"; allowed are tls1.0, tls1.1, tls1.2 and tls1.3");
    }

    /** This version and the newer ones, as the JDK calls them. */
    List<String> andNewer() {
        List<String> protocols = new ArrayList<>();
        for (TlsVersion version : values()) {
            if (version.compareTo(this) >= 0) {
                protocols.add(version.protocol);
            }
        }
        return protocols;
    }
}
