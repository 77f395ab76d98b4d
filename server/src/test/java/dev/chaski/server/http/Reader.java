package dev.chaski.server.http;

import dev.chaski.engine.Channel;
import dev.chaski.engine.Consumer;
import dev.chaski.engine.Subscription;
import dev.chaski.log.Region;
import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes and finishes what a channel has, and keeps the bodies in their order. Fed on the channel's loop. */
final class Reader implements Consumer {
    private static final int READY_COUNT = 2500;

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private Subscription subscription;

    static Reader of(Channel channel) {
        Reader reader = new Reader();
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        channel.loop().execute(() -> {
            try {
                reader.subscription = channel.subscribe(reader);
                reader.subscription.ready(READY_COUNT);
                subscribed.complete(null);
            } catch (Exception e) {
                subscribed.completeExceptionally(e);
            }
        });
        subscribed.join();
        return reader;
    }

    List<String> bodies() {
        return bodies;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void deliver(Region region, int position, int length, int count, int attempts) {
        for (int at = position; at < position + length; ) {
            int size = region.bytes().getInt(at) + FrameFormat.SIZE_BYTES;
            byte[] body = new byte[size - FrameFormat.BODY_OFFSET];
            region.bytes().get(at + FrameFormat.BODY_OFFSET, body);
            bodies.add(new String(body, StandardCharsets.UTF_8));
            long id = MessageId.get(region.bytes(), at + FrameFormat.ID_OFFSET);
            subscription.channel().loop().execute(() -> subscription.finish(id));
            at += size;
        }
    }

    @Override
    public void delivered() {
        // Nothing is kept back.
    }

    @Override
    public void channelClosed() {
        // The test ends.
    }

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
