package dev.chaski.engine;

/** Told of topics and channels that come and go, from any thread; quick, and without calling back into the engine. */
public interface TopicEvents {
    /**
     * A topic was made.
     *
     * @param topic its name
     */
    void topicCreated(String topic);

    /**
     * A topic was deleted, with its channels (for which {@link #channelDeleted} is called too).
     *
     * @param topic its name
     */
    void topicDeleted(String topic);

    /**
     * A channel was made.
     *
     * @param topic name of its topic
     * @param channel its name
     */
    void channelCreated(String topic, String channel);

    /**
     * A channel was deleted.
     *
     * @param topic name of its topic
     * @param channel its name
     */
    void channelDeleted(String topic, String channel);
}
