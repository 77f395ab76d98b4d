package dev.chaski.server.tls;

/** Whether clients must show a certificate: nsqd's {@code tls-client-auth-policy}. */
public enum ClientAuthPolicy {
    /** Nobody is asked for one. */
    NONE,
    /** One must be shown; who signed it does not matter. */
    REQUIRE,
    /** One must be shown that the root CA signed. */
    REQUIRE_VERIFY;

    /**
     * Reads the option's value.
     *
     * @param text empty, {@code none}, {@code require} or {@code require-verify}
     * @return the policy
     */
    public static ClientAuthPolicy parse(String text) {
        return switch (text) {
            case "", "none" -> NONE;
            case "require" -> REQUIRE;
            case "require-verify" -> REQUIRE_VERIFY;
            default ->
                throw new IllegalArgumentException(
                        "tls-client-auth-policy is \"" + text + "\"; allowed are none, require and require-verify");
        };
    }
}
