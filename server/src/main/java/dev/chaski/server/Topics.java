package dev.chaski.server;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerException;
import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.engine.Channel;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The topics of a broker in this program, without a connection to it. Any thread but the broker's event loops, since each
 * call waits until it is done.
 */
public final class Topics {
    /** How long a change may take: longer than any disk that still works. */
    private static final long CHANGE_TIMEOUT_S = 30;

    private final Broker broker;

    Topics(Broker broker) {
        this.broker = broker;
    }

    /**
     * Makes a topic and channels of it, durably. What is there already stays as it is.
     *
     * @param topic its name
     * @param channels names of channels
     * @throws BrokerException where a name is not valid, a limit is reached, or the disk takes nothing
     */
    public void create(String topic, String... channels) throws BrokerException {
        Topic made = broker.topic(topic);
        for (String channel : channels) {
            made.channel(channel);
        }
    }

    /**
     * Drops all messages of a topic and of its channels, also those in flight and deferred.
     *
     * @param topic its name
     * @throws BrokerException where there is no such topic, or the disk takes nothing
     */
    public void empty(String topic) throws BrokerException {
        Topic found = broker.findTopic(topic);
        if (found == null) {
            throw new BrokerException(Reason.TOPIC_NOT_FOUND, "there is no topic " + topic);
        }
        await(found.empty());
        for (Channel channel : found.channels()) {
            await(channel.empty());
        }
    }

    /**
     * Deletes a topic with its channels and messages. Their consumers are disconnected.
     *
     * @param topic its name
     * @throws BrokerException where there is no such topic, or the disk takes nothing
     */
    public void delete(String topic) throws BrokerException {
        await(broker.deleteTopic(topic));
    }

    /**
     * What waits, is in flight or deferred. The figures of a channel are of one moment: no message is between two of them.
     *
     * @return every topic, by name
     * @throws IllegalStateException where the broker is closed
     */
    public List<TopicBacklog> backlogs() {
        List<CompletableFuture<TopicBacklog>> asked = new ArrayList<>();
        for (Topic topic : broker.topics()) {
            List<CompletableFuture<ChannelBacklog>> channels =
                    topic.channels().stream().map(Topics::ask).toList();
            asked.add(CompletableFuture.allOf(channels.toArray(CompletableFuture[]::new))
                    .thenApply(all -> new TopicBacklog(
                            topic.name(),
                            topic.stats().depth(),
                            channels.stream().map(CompletableFuture::join).toList())));
        }
        return asked.stream()
                .map(backlog ->
                        backlog.orTimeout(CHANGE_TIMEOUT_S, TimeUnit.SECONDS).join())
                .toList();
    }

    /** On the channel's loop, since only there the counters belong together. */
    private static CompletableFuture<ChannelBacklog> ask(Channel channel) {
        CompletableFuture<ChannelBacklog> answer = new CompletableFuture<>();
        try {
            channel.loop().execute(() -> {
                ChannelStats stats = channel.stats();
                answer.complete(new ChannelBacklog(
                        channel.name(), stats.depth(), stats.inFlightCount(), stats.deferredCount()));
            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the broker is closed", e);
        }
        return answer;
    }

    private static void await(CompletableFuture<Void> change) throws BrokerException {
        try {
            change.orTimeout(CHANGE_TIMEOUT_S, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
