package dev.chaski.testing;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.engine.BrokerException;
import dev.chaski.server.ChannelBacklog;
import dev.chaski.server.Chaski;
import dev.chaski.server.TopicBacklog;
import dev.chaski.wire.Names;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The broker of a test, and the short ways to it. Any thread. */
public final class TestBroker {
    /** A test may have closed the broker under its producer. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Chaski chaski;
    private @Nullable Producer producer;

    TestBroker(Chaski chaski) {
        this.chaski = chaski;
    }

    /**
     * The broker itself. It is closed by the extension.
     *
     * @return a running broker
     */
    public Chaski chaski() {
        return chaski;
    }

    /**
     * Where NSQ clients connect.
     *
     * @return as {@code 127.0.0.1:4150}
     */
    public String nsqAddress() {
        return text(chaski.tcpAddress());
    }

    /**
     * Where HTTP is served.
     *
     * @return as {@code 127.0.0.1:4151}
     */
    public String httpAddress() {
        return text(chaski.httpAddress());
    }

    /**
     * Where HTTP is served.
     *
     * @return as {@code http://127.0.0.1:4151}
     */
    public URI httpUri() {
        return URI.create("http://" + httpAddress());
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /**
     * A producer, made when it is first asked for. It is closed by the extension.
     *
     * @return the same one each time
     */
    public synchronized Producer producer() {
        if (producer == null) {
            producer = producerBuilder().closeTimeout(CLOSE_TIMEOUT).build();
        }
        return producer;
    }

    /**
     * The settings of a producer for this broker, to be built and closed by the caller.
     *
     * @return with the broker as its host
     */
    public ProducerBuilder producerBuilder() {
        return Producer.builder().hosts(nsqAddress());
    }

    /**
     * The settings of a consumer for this broker, to be built and closed by the caller.
     *
     * @param topic what to consume
     * @param channel whose messages to share
     * @return with the broker as its server
     */
    public ConsumerBuilder consumerBuilder(String topic, String channel) {
        return Consumer.builder(topic, channel).servers(nsqAddress());
    }

    /**
     * Makes a topic and channels of it. What is there already stays as it is.
     *
     * @param topic its name
     * @param channels names of channels
     * @throws IllegalArgumentException where the broker refuses it
     */
    public void createTopic(String topic, String... channels) {
        try {
            chaski.topics().create(topic, channels);
        } catch (BrokerException e) {
            throw new IllegalArgumentException("the broker does not make topic " + topic + ": " + e.getMessage(), e);
        }
    }

    /**
     * Drops the messages of a topic and of its channels, also those in flight and deferred.
     *
     * @param topic its name
     * @throws IllegalArgumentException where there is no such topic
     */
    public void empty(String topic) {
        try {
            chaski.topics().empty(topic);
        } catch (BrokerException e) {
            throw new IllegalArgumentException("topic " + topic + " cannot be emptied: " + e.getMessage(), e);
        }
    }

    /**
     * What nobody has finished now, but for the channels and topics that leave nothing behind ({@code #ephemeral}).
     *
     * @return one entry for each channel with messages, and for each topic that keeps messages for its first one
     */
    public List<LeftBehind> leftBehind() {
        List<LeftBehind> left = new ArrayList<>();
        for (TopicBacklog topic : chaski.topics().backlogs()) {
            if (topic.unreleased() > 0 && !Names.isEphemeral(topic.topic())) {
                left.add(new LeftBehind(topic.topic(), Optional.empty(), topic.unreleased(), 0, 0));
            }
            for (ChannelBacklog channel : topic.channels()) {
                if (channel.waiting() + channel.inFlight() + channel.deferred() > 0
                        && !Names.isEphemeral(channel.channel())) {
                    left.add(new LeftBehind(
                            topic.topic(),
                            Optional.of(channel.channel()),
                            channel.waiting(),
                            channel.inFlight(),
                            channel.deferred()));
                }
            }
        }
        return left;
    }

    @Override
    public String toString() {
        return "broker at " + nsqAddress();
    }

    /** Whether the producer of all has publishes on their way. */
    synchronized boolean isPublishing() {
        return producer != null && producer.stats().unanswered() > 0;
    }

    synchronized void close() {
        if (producer != null) {
            producer.close();
        }
        chaski.close();
    }
}
