package dev.chaski.server.nsq;

/**
 * What a client said of itself, and what was agreed on.
 *
 * @param clientId what it calls itself
 * @param hostname where it says it runs
 * @param userAgent its library
 * @param heartbeatMs heartbeat interval in milliseconds, 0 for none
 * @param outputBufferBytes how much output may be gathered
 * @param outputBufferTimeoutMs how long output may be gathered, in milliseconds
 * @param sampleRate percent of messages it wants, 0 for all
 * @param msgTimeoutMs how long its messages may be in flight, in milliseconds
 * @param zone zone it says it is in
 * @param region region it says it is in
 */
record ClientSettings(
        String clientId,
        String hostname,
        String userAgent,
        long heartbeatMs,
        int outputBufferBytes,
        long outputBufferTimeoutMs,
        int sampleRate,
        long msgTimeoutMs,
        String zone,
        String region) {
    private static final int OUTPUT_BUFFER_BYTES = 16 << 10;

    /** Before IDENTIFY. */
    static ClientSettings initial(String host, NsqLimits limits) {
        return new ClientSettings(
                host,
                host,
                "",
                limits.clientTimeoutMs() / 2,
                OUTPUT_BUFFER_BYTES,
                limits.outputBufferTimeoutMs(),
                0,
                limits.msgTimeoutMs(),
                "",
                "");
    }
}
