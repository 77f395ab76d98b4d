package dev.chaski.server.nsq;

import dev.chaski.engine.TopicEvents;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts deleted topics, so that what was looked up before can be told from what holds. Any thread. */
final class Deletions implements TopicEvents {
    private final AtomicInteger count = new AtomicInteger();

    int count() {
        return count.get();
    }

    @Override
    public void topicCreated(String topic) {}

    @Override
    public void topicDeleted(String topic) {
        count.incrementAndGet();
    }

    @Override
    public void channelCreated(String topic, String channel) {}

    @Override
    public void channelDeleted(String topic, String channel) {}
}
