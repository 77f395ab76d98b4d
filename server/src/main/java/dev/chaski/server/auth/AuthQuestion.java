package dev.chaski.server.auth;

/**
 * What an authorization server is told of a client.
 *
 * @param remoteIp address of its end, without the port
 * @param tls whether it is encrypted
 * @param secret what it sent with AUTH
 * @param commonName common name in its certificate, or empty
 */
public record AuthQuestion(String remoteIp, boolean tls, String secret, String commonName) {
    /** Never tells the secret. */
    @Override
    public String toString() {
        return "AuthQuestion[remoteIp=" + remoteIp + ", tls=" + tls + ", commonName=" + commonName + "]";
    }
}
