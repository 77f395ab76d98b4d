package dev.chaski.bus.memory;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.util.HashMap;
import java.util.Map;

/**
 * Topics and their queues. A topic's messages go to every queue; while it has none they wait for the first. Its lock is
 * held for a moment only, never while a handler runs. Any thread.
 */
final class Exchange {
    private final int pendingMax;
    private final Map<String, Topic> topics = new HashMap<>();
    private long broadcasts;

    /** Who gets a topic's messages, by the queue's name, or a number where there is only one subscription. */
    private static final class Topic {
        final Map<Object, Queue> queues = new HashMap<>();
        final Queue waiting;

        Topic(int pendingMax) {
            waiting = new Queue(pendingMax);
        }
    }

    Exchange(int pendingMax) {
        this.pendingMax = pendingMax;
    }

    synchronized void publish(String name, Message message) {
        Topic topic = topic(name);
        if (topic.queues.isEmpty()) {
            topic.waiting.demandRoom(name);
            topic.waiting.add(message);
            return;
        }
        // All or none: who publishes again after an error must not give some of them the message twice.
        topic.queues.values().forEach(queue -> queue.demandRoom(name));
        topic.queues.values().forEach(queue -> queue.add(message));
    }

    synchronized Member subscribe(String name, SubscribeOptions options, Link.Receiver receiver) {
        Topic topic = topic(name);
        boolean isFirst = topic.queues.isEmpty();
        Object key = options.isBroadcast() ? (Object) broadcasts++ : options.queue();
        Queue queue = topic.queues.computeIfAbsent(key, missing -> new Queue(pendingMax));
        if (isFirst) {
            topic.waiting.moveTo(queue);
        }
        return new Member(name, key, queue, options, receiver);
    }

    /** A queue stays when its last member goes; who subscribed to everything leaves nothing. */
    synchronized void unsubscribe(String name, Member member) {
        member.close();
        if (member.key() instanceof Long) {
            topic(name).queues.remove(member.key());
        }
    }

    private Topic topic(String name) {
        return topics.computeIfAbsent(name, missing -> new Topic(pendingMax));
    }

    /** Refuses to take what nobody reads. */
    static BusException full(String topic, int pendingMax) {
        return new BusException("topic \"" + topic + "\" has " + pendingMax
                + " messages waiting, which is as many as may; nobody handles them fast enough");
    }
}
