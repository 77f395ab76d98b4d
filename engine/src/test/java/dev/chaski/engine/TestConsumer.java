package dev.chaski.engine;

import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A consumer that keeps what it gets and can finish it at once. */
final class TestConsumer implements Consumer {
    /** One message as it was handed over. */
    record Got(long id, String body, int attempts, long timestampNs) {}

    private final TestLoop loop;
    private final Subscription subscription;
    final List<Got> got = new CopyOnWriteArrayList<>();
    volatile boolean finishes;
    volatile boolean isWritable = true;
    volatile boolean isClosed;
    volatile long timeoutMs = 60_000;
    volatile int sampleRate;
    volatile int distance;
    /** How many of the next slices it answers by an exception. */
    final AtomicInteger faults = new AtomicInteger();

    final AtomicInteger slices = new AtomicInteger();

    TestConsumer(Channel channel, int ready, boolean finishes) {
        this.loop = (TestLoop) channel.loop();
        this.finishes = finishes;
        this.subscription = loop.ask(() -> {
            try {
                return channel.subscribe(this);
            } catch (BrokerException e) {
                throw new IllegalStateException(e);
            }
        });
        ready(ready);
    }

    void ready(int count) {
        loop.ask(() -> {
            subscription.ready(count);
            return true;
        });
    }

    Subscription.Outcome finish(long id) {
        return loop.ask(() -> subscription.finish(id));
    }

    Subscription.Outcome requeue(long id, long delayMs) {
        return loop.ask(() -> subscription.requeue(id, delayMs));
    }

    Subscription.Outcome touch(long id, long maxMs) {
        return loop.ask(() -> subscription.touch(id, maxMs));
    }

    void leave() {
        loop.ask(() -> {
            subscription.close();
            return true;
        });
    }

    Subscription subscription() {
        return subscription;
    }

    List<String> bodies() {
        return got.stream().map(Got::body).toList();
    }

    @Override
    public boolean isWritable() {
        return isWritable;
    }

    @Override
    public void deliver(Region region, int position, int length, int count, int attempts) {
        slices.incrementAndGet();
        if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("a consumer's mistake");
        }
        ByteBuffer bytes = region.bytes();
        int at = position;
        for (int i = 0; i < count; i++) {
            int frame = FrameFormat.SIZE_BYTES + bytes.getInt(at + FrameFormat.SIZE_OFFSET);
            byte[] body = new byte[frame - FrameFormat.BODY_OFFSET];
            bytes.get(at + FrameFormat.BODY_OFFSET, body);
            long id = MessageId.get(bytes, at + FrameFormat.ID_OFFSET);
            got.add(new Got(
                    id,
                    new String(body, StandardCharsets.UTF_8),
                    attempts == 1 ? bytes.getShort(at + FrameFormat.ATTEMPTS_OFFSET) & 0xFFFF : attempts,
                    bytes.getLong(at + FrameFormat.TIMESTAMP_OFFSET)));
            at += frame;
            if (finishes) {
                loop.execute(() -> subscription.finish(id));
            }
        }
        if (at != position + length) {
            throw new IllegalStateException("frames do not fill the slice");
        }
    }

    @Override
    public void delivered() {}

    @Override
    public void channelClosed() {
        isClosed = true;
    }

    @Override
    public long msgTimeoutMs() {
        return timeoutMs;
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public int distance() {
        return distance;
    }

    @Override
    public Map<String, String> labels() {
        return Map.of();
    }
}
