package dev.chaski.server.nsq;

/**
 * How much a client may ask of the NSQ door; all times in milliseconds.
 *
 * @param maxMsgSizeBytes longest message
 * @param maxBodySizeBytes longest body of a command
 * @param maxRdyCount greatest RDY
 * @param clientTimeoutMs how long a client may be silent unless it asks for another heartbeat; twice the interval
 * @param maxHeartbeatIntervalMs longest heartbeat interval
 * @param maxOutputBufferSizeBytes greatest output buffer
 * @param minOutputBufferTimeoutMs shortest time that output may be buffered
 * @param maxOutputBufferTimeoutMs longest time that output may be buffered
 * @param outputBufferTimeoutMs how long output is buffered unless the client asks
 * @param msgTimeoutMs how long a message may be in flight unless the client asks
 * @param maxMsgTimeoutMs longest time a message may be in flight, with TOUCH
 * @param maxReqTimeoutMs longest delay of REQ and DPUB
 * @param stallTimeoutMs how long a client may read nothing of what it is sent before it is closed
 * @param connectionCountMax connections at one time, over all doors
 */
public record NsqLimits(
        int maxMsgSizeBytes,
        int maxBodySizeBytes,
        int maxRdyCount,
        long clientTimeoutMs,
        long maxHeartbeatIntervalMs,
        int maxOutputBufferSizeBytes,
        long minOutputBufferTimeoutMs,
        long maxOutputBufferTimeoutMs,
        long outputBufferTimeoutMs,
        long msgTimeoutMs,
        long maxMsgTimeoutMs,
        long maxReqTimeoutMs,
        long stallTimeoutMs,
        int connectionCountMax) {
    /** Long enough for a consumer that is paused by its garbage collector or a debugger's breakpoint. */
    public static final long STALL_TIMEOUT_MS = 30_000;

    /**
     * The defaults of nsqd; it has no limit of connections, ours is far above what the system lets open.
     *
     * @return the limits
     */
    public static NsqLimits defaults() {
        return new NsqLimits(
                1 << 20,
                5 << 20,
                2500,
                60_000,
                60_000,
                64 << 10,
                25,
                30_000,
                250,
                60_000,
                900_000,
                3_600_000,
                STALL_TIMEOUT_MS,
                100_000);
    }
}
