package dev.chaski.server.config;

import dev.chaski.server.tls.ClientAuthPolicy;
import dev.chaski.server.tls.TlsRequired;

/** Checks that options fit together. */
final class Consistency {
    private Consistency() {}

    static void check(Options options) throws OptionException {
        checkTls(options);
        if (options.get(OptionTable.SEGMENT_SIZE_MIN) > options.get(OptionTable.SEGMENT_SIZE_MAX)) {
            throw new OptionException(OptionTable.SEGMENT_SIZE_MIN + "=" + options.text(OptionTable.SEGMENT_SIZE_MIN)
                    + " is more than " + OptionTable.SEGMENT_SIZE_MAX + "="
                    + options.text(OptionTable.SEGMENT_SIZE_MAX));
        }
        String prefix = options.get(OptionTable.STATSD_PREFIX);
        if (prefix.replaceFirst("%s", "").indexOf('%') >= 0) {
            throw new OptionException(OptionTable.STATSD_PREFIX + "=" + prefix + ": %s may stand in it once");
        }
    }

    private static void checkTls(Options options) throws OptionException {
        boolean hasCert = !options.get(OptionTable.TLS_CERT).isEmpty();
        boolean hasKey = !options.get(OptionTable.TLS_KEY).isEmpty();
        if (hasCert != hasKey) {
            throw new OptionException("--tls-cert and --tls-key belong together; "
                    + (hasCert ? "--tls-key" : "--tls-cert") + " is missing");
        }
        if (!hasCert && options.get(OptionTable.TLS_REQUIRED) != TlsRequired.NO) {
            throw new OptionException("--tls-required needs --tls-cert and --tls-key");
        }
        if (!hasCert && options.get(OptionTable.TLS_CLIENT_AUTH_POLICY) != ClientAuthPolicy.NONE) {
            throw new OptionException("--tls-client-auth-policy needs --tls-cert and --tls-key");
        }
    }
}
