package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Channel;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicEvents;
import java.util.function.BiConsumer;

/** Tells a lookup, here or elsewhere, of the topics and channels that come and go. Any thread. */
final class LookupEvents implements TopicEvents {
    /** How the registration of a topic itself is told from those of its channels. */
    private static final String NO_CHANNEL = "";

    private final BiConsumer<String, String> register;
    private final BiConsumer<String, String> unregister;

    private LookupEvents(BiConsumer<String, String> register, BiConsumer<String, String> unregister) {
        this.register = register;
        this.unregister = unregister;
    }

    /** From now on, and for what is there already; topic and channel are told, which is empty for the topic itself. */
    static void connect(Broker broker, BiConsumer<String, String> register, BiConsumer<String, String> unregister) {
        LookupEvents events = new LookupEvents(register, unregister);
        broker.listen(events);
        for (Topic topic : broker.topics()) {
            events.topicCreated(topic.name());
            for (Channel channel : topic.channels()) {
                events.channelCreated(topic.name(), channel.name());
                if (topic.findChannel(channel.name()) == null) {
                    events.channelDeleted(topic.name(), channel.name()); // its deletion was told before
                }
            }
            if (broker.findTopic(topic.name()) == null) {
                events.topicDeleted(topic.name());
            }
        }
    }

    @Override
    public void topicCreated(String topic) {
        register.accept(topic, NO_CHANNEL);
    }

    @Override
    public void topicDeleted(String topic) {
        unregister.accept(topic, NO_CHANNEL);
    }

    @Override
    public void channelCreated(String topic, String channel) {
        register.accept(topic, channel);
    }

    @Override
    public void channelDeleted(String topic, String channel) {
        unregister.accept(topic, channel);
    }
}
