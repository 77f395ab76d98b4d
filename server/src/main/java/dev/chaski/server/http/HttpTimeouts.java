package dev.chaski.server.http;

/**
 * How long a client may take. All are watched once a second.
 *
 * @param requestMs for a request to arrive; a body gets a second more for each KiB that came
 * @param idleMs without any request; longer than the 90 seconds for which clients commonly keep connections
 * @param unsentMs without reading anything of an answer
 */
public record HttpTimeouts(long requestMs, long idleMs, long unsentMs) {
    /**
     * The defaults.
     *
     * @return 15 seconds for a request, 10 minutes idle, 30 seconds for an answer
     */
    public static HttpTimeouts defaults() {
        return new HttpTimeouts(15_000, 600_000, 30_000);
    }
}
