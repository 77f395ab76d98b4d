package dev.chaski.server.nsq;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection's times: sends heartbeats, and closes a client that is silent, one that reads nothing, and one that was
 * refused and does not go. Confined to the connection's loop.
 */
final class Vigil implements Clockwork.Sleeper {
    private static final Logger LOG = LoggerFactory.getLogger(Vigil.class);
    /** How long a refused client may take to read the error before the connection is cut. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);
    /** How many times within the limit it is looked whether a client reads. */
    private static final int STALL_CHECK_COUNT = 3;

    private final Connection client;
    private final Channel channel;
    private final long stallNs;
    private Clockwork.@Nullable WakeUp wakeUp;
    private long lastReadNs;
    private long nextHeartbeatNs;
    private long unwritableSinceNs;
    private long unsentBytesBefore;
    private long lingerUntilNs;
    private boolean isLingering;

    Vigil(Connection client) {
        this.client = client;
        channel = client.channel();
        stallNs = TimeUnit.MILLISECONDS.toNanos(client.limits().stallTimeoutMs());
    }

    /** Deadlines count from now: at the start, and whenever the interval of heartbeats or the loop changes. */
    void restart() {
        lastReadNs = nowNs();
        nextHeartbeatNs = lastReadNs + intervalNs();
        wakeNext();
    }

    /** Nothing happens any more; until {@link #restart}, where the connection is only moving. */
    void end() {
        if (wakeUp != null) {
            wakeUp.cancel();
            wakeUp = null;
        }
    }

    /** The client sent something. */
    void heard() {
        lastReadNs = nowNs();
    }

    /** What is unsent has to become less: it is too much, or the last that the client gets. */
    void mustRead() {
        unwritableSinceNs = nowNs();
        unsentBytesBefore = Long.MAX_VALUE;
    }

    /** Everything is said to a client that is to go: it may take a moment to read it. */
    void linger() {
        isLingering = true;
        lingerUntilNs = nowNs() + LINGER_NS;
        wakeNext();
    }

    @Override
    public void wake(long nowNs) {
        wakeUp = null;
        if (isLingering) {
            channel.close();
        } else if (isStalled(nowNs)) {
            LOG.warn(
                    "client closed, it reads nothing of what it is sent client={} channel={} seconds={}",
                    client.remoteAddress(),
                    client.consuming().describe(),
                    TimeUnit.NANOSECONDS.toSeconds(nowNs - unwritableSinceNs));
            channel.close();
        } else if (isSilent(nowNs)) {
            LOG.debug("client closed, it was silent client={}", client.remoteAddress());
            channel.close();
        } else {
            beat(nowNs);
            wakeNext();
        }
    }

    private boolean isSilent(long nowNs) {
        if (intervalNs() <= 0 || client.isClosing()) {
            return false;
        }
        if (!client.gate().isExecuting()) {
            // It is us who do not listen.
            lastReadNs = nowNs;
        }
        return nowNs - lastReadNs >= 2 * intervalNs();
    }

    private void beat(long nowNs) {
        long intervalNs = intervalNs();
        if (intervalNs <= 0 || nowNs - nextHeartbeatNs < 0 || client.isClosing()) {
            return;
        }
        nextHeartbeatNs = nowNs + intervalNs;
        if (client.executing().hasMagic()
                && channel.isWritable()
                && !client.negotiation().isUpgrading()) {
            client.output().response("_heartbeat_");
            client.output().flush();
        }
    }

    /** A client that reads slowly is served slowly; one that reads nothing is not served any more. */
    private boolean isStalled(long nowNs) {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent == null || channel.isWritable() && !client.isClosing()) {
            return false;
        }
        long unsentBytes = unsent.totalPendingWriteBytes();
        if (unsentBytes < unsentBytesBefore) {
            unwritableSinceNs = nowNs;
        }
        unsentBytesBefore = unsentBytes;
        return nowNs - unwritableSinceNs >= stallNs;
    }

    private void wakeNext() {
        end();
        long dueNs = nowNs() + stallNs / STALL_CHECK_COUNT;
        if (isLingering) {
            dueNs = lingerUntilNs;
        } else if (intervalNs() > 0) {
            dueNs = Math.min(dueNs, Math.min(nextHeartbeatNs, lastReadNs + 2 * intervalNs()));
        }
        wakeUp = client.home().clockwork().wakeAt(this, dueNs);
    }

    private long intervalNs() {
        return TimeUnit.MILLISECONDS.toNanos(client.settings().heartbeatMs());
    }

    private long nowNs() {
        return client.home().clockwork().nowNs();
    }
}
