package dev.chaski.server.http;

/**
 * How much a client may send, and how long it may take.
 *
 * @param maxMsgSizeBytes longest message
 * @param maxBodySizeBytes longest body of {@code /mpub}
 * @param maxDeferMs longest deferral, in milliseconds
 * @param maxUriBytes longest first line of a request
 * @param maxHeadersBytes all headers of a request
 * @param maxConnections connections over all doors; further ones are closed at once
 * @param timeouts how long things may take
 */
public record HttpLimits(
        int maxMsgSizeBytes,
        int maxBodySizeBytes,
        long maxDeferMs,
        int maxUriBytes,
        int maxHeadersBytes,
        int maxConnections,
        HttpTimeouts timeouts) {

    /**
     * The same with another limit.
     *
     * @param connectionCountMax connections over all doors
     * @return the limits
     */
    public HttpLimits withConnections(int connectionCountMax) {
        return new HttpLimits(
                maxMsgSizeBytes,
                maxBodySizeBytes,
                maxDeferMs,
                maxUriBytes,
                maxHeadersBytes,
                connectionCountMax,
                timeouts);
    }

    /**
     * The defaults of nsqd, where it has a limit.
     *
     * @return messages of 1 MiB, bodies of 5 MiB, deferrals of an hour
     */
    public static HttpLimits defaults() {
        return new HttpLimits(1 << 20, 5 << 20, 3_600_000, 16 << 10, 64 << 10, 100_000, HttpTimeouts.defaults());
    }
}
