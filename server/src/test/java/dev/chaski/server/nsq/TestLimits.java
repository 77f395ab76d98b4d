package dev.chaski.server.nsq;

/** The usual limits with some of them changed. One thread. */
final class TestLimits {
    private NsqLimits limits = NsqLimits.defaults();

    TestLimits connectionCountMax(int count) {
        return with(
                limits.clientTimeoutMs(),
                limits.maxMsgTimeoutMs(),
                limits.maxReqTimeoutMs(),
                limits.stallTimeoutMs(),
                count);
    }

    TestLimits clientTimeoutMs(long ms) {
        return with(
                ms,
                limits.maxMsgTimeoutMs(),
                limits.maxReqTimeoutMs(),
                limits.stallTimeoutMs(),
                limits.connectionCountMax());
    }

    TestLimits maxMsgTimeoutMs(long ms) {
        return with(
                limits.clientTimeoutMs(),
                ms,
                limits.maxReqTimeoutMs(),
                limits.stallTimeoutMs(),
                limits.connectionCountMax());
    }

    TestLimits maxReqTimeoutMs(long ms) {
        return with(
                limits.clientTimeoutMs(),
                limits.maxMsgTimeoutMs(),
                ms,
                limits.stallTimeoutMs(),
                limits.connectionCountMax());
    }

    TestLimits stallTimeoutMs(long ms) {
        return with(
                limits.clientTimeoutMs(),
                limits.maxMsgTimeoutMs(),
                limits.maxReqTimeoutMs(),
                ms,
                limits.connectionCountMax());
    }

    NsqLimits all() {
        return limits;
    }

    private TestLimits with(
            long clientTimeoutMs,
            long maxMsgTimeoutMs,
            long maxReqTimeoutMs,
            long stallTimeoutMs,
            int connectionCountMax) {
        limits = new NsqLimits(
                limits.maxMsgSizeBytes(),
                limits.maxBodySizeBytes(),
                limits.maxRdyCount(),
                clientTimeoutMs,
                limits.maxHeartbeatIntervalMs(),
                limits.maxOutputBufferSizeBytes(),
                limits.minOutputBufferTimeoutMs(),
                limits.maxOutputBufferTimeoutMs(),
                limits.outputBufferTimeoutMs(),
                limits.msgTimeoutMs(),
                maxMsgTimeoutMs,
                maxReqTimeoutMs,
                stallTimeoutMs,
                connectionCountMax);
        return this;
    }
}
