package dev.chaski.bench.jmh;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Consumer;
import dev.chaski.engine.Subscription;
import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.Map;

/** Collects what a channel hands over and finishes it in the loop's next turn. Confined to the channel's loop. */
final class RoundConsumer implements Consumer {
    private static final int READY = 2500;

    private final PlainLoop loop;
    private final Subscription subscription;
    private final Runnable roundOver;
    private final long[] ids = new long[READY];
    private final Runnable finish = this::finish;
    private int collected;
    private int missing;

    /** On the loop. */
    RoundConsumer(PlainLoop loop, Channel channel, Runnable roundOver) {
        this.loop = loop;
        this.roundOver = roundOver;
        try {
            subscription = channel.subscribe(this);
        } catch (BrokerException e) {
            throw new IllegalStateException(e);
        }
        subscription.ready(READY);
    }

    /** The next round has so many messages. */
    void expect(int count) {
        missing = count;
    }

    private void finish() {
        for (int i = 0; i < collected; i++) {
            if (subscription.finish(ids[i]) != Subscription.Outcome.DONE) {
                throw new IllegalStateException("message " + MessageId.text(ids[i]) + " is not in flight");
            }
        }
        missing -= collected;
        collected = 0;
        if (missing == 0) {
            roundOver.run();
        }
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void deliver(Region region, int position, int length, int count, int attempts) {
        ByteBuffer bytes = region.bytes();
        int at = position;
        for (int i = 0; i < count; i++) {
            ids[collected++] = MessageId.get(bytes, at + FrameFormat.ID_OFFSET);
            at += FrameFormat.SIZE_BYTES + bytes.getInt(at);
        }
    }

    @Override
    public void delivered() {
        loop.execute(finish);
    }

    @Override
    public void channelClosed() {}

    @Override
    public long msgTimeoutMs() {
        return 60_000;
    }

    @Override
    public int sampleRate() {
        return 0;
    }

    @Override
    public int distance() {
        return 0;
    }

    @Override
    public Map<String, String> labels() {
        return Map.of();
    }
}
