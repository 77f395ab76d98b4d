package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicEvents;
import dev.chaski.registry.lookup.Lookupds;

/** Tells lookupds of the topics and channels that come and go. Any thread. */
final class LookupEvents implements TopicEvents {
    /** How the registration of a topic itself is told from those of its channels. */
    private static final String NO_CHANNEL = "";

    private final Lookupds lookupds;

    private LookupEvents(Lookupds lookupds) {
        this.lookupds = lookupds;
    }

    /** From now on, and for what is there already. */
    static void connect(Broker broker, Lookupds lookupds) {
        LookupEvents events = new LookupEvents(lookupds);
        broker.listen(events);
        for (Topic topic : broker.topics()) {
            events.topicCreated(topic.name());
            for (Channel channel : topic.channels()) {
                events.channelCreated(topic.name(), channel.name());
            }
        }
    }

    @Override
    public void topicCreated(String topic) {
        lookupds.register(topic, NO_CHANNEL);
    }

    @Override
    public void topicDeleted(String topic) {
        lookupds.unregister(topic, NO_CHANNEL);
    }

    @Override
    public void channelCreated(String topic, String channel) {
        lookupds.register(topic, channel);
    }

    @Override
    public void channelDeleted(String topic, String channel) {
        lookupds.unregister(topic, channel);
    }
}
