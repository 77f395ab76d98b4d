package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogStore;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes topics and channels: durably, then for those who see them, then what they hold. Any thread. */
final class Deletions {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);

    private final Administration administration;
    private final LogStore store;

    Deletions(Administration administration, LogStore store) {
        this.administration = administration;
        this.store = store;
    }

    CompletableFuture<Void> deleteChannel(Topic topic, String name) {
        Channel channel = topic.findChannel(name);
        if (channel == null) {
            return CompletableFuture.failedFuture(new BrokerException(
                    Reason.CHANNEL_NOT_FOUND, "channel " + topic.name() + ":" + name + " does not exist"));
        }
        return administration.locked(() -> removeChannel(topic, channel)).thenCompose(_ -> {
            administration.tell(listener -> listener.channelDeleted(topic.name(), name));
            return closed(channel);
        });
    }

    CompletableFuture<Void> deleteTopic(String name) {
        Topic topic = administration.find(name);
        if (topic == null) {
            return CompletableFuture.failedFuture(
                    new BrokerException(Reason.TOPIC_NOT_FOUND, "topic " + name + " does not exist"));
        }
        return deleteTopic(topic, true);
    }

    private CompletableFuture<Void> deleteTopic(Topic topic, boolean isWanted) {
        String name = topic.name();
        if (!isWanted) {
            return CompletableFuture.completedFuture(null);
        }
        return administration.locked(() -> removeTopic(topic)).thenCompose(_ -> {
            Channel[] channels = topic.channelArray();
            CompletableFuture<?>[] closing =
                    Arrays.stream(channels).map(this::closed).toArray(CompletableFuture[]::new);
            return CompletableFuture.allOf(closing).thenRun(() -> {
                for (Channel channel : channels) {
                    administration.tell(listener -> listener.channelDeleted(name, channel.name()));
                }
                administration.tell(listener -> listener.topicDeleted(name));
                store.delete(topic.number());
            });
        });
    }

    void deleteEphemeral(Topic topic, Channel channel) {
        if (topic.findChannel(channel.name()) != channel) {
            return;
        }
        CompletableFuture<Void> deleting = deleteChannel(topic, channel.name());
        if (topic.isEphemeral()) {
            deleting = deleting.thenCompose(_ -> deleteTopic(topic, topic.channelArray().length == 0));
        }
        deleting.whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.debug("ephemeral channel not deleted topic={} channel={}", topic.name(), channel.name(), failure);
            }
        });
    }

    private void removeChannel(Topic topic, Channel channel) throws BrokerException {
        if (topic.findChannel(channel.name()) != channel) {
            throw new BrokerException(
                    Reason.CHANNEL_NOT_FOUND, "channel " + topic.name() + ":" + channel.name() + " does not exist");
        }
        boolean isLast = topic.channelArray().length == 1;
        long offset = topic.startOffset();
        if (!topic.isEphemeral()) {
            if (isLast) {
                // First: as long as there is a channel it means nothing, and after that it is not to be missed.
                administration.commit(topic, new Change.ReleaseTopic(topic.number(), offset));
            }
            if (!channel.isEphemeral()) {
                administration.commit(topic, new Change.DeleteChannel(topic.number(), channel.number()));
            }
        }
        Channel[] left = Arrays.stream(topic.channelArray())
                .filter(other -> other != channel)
                .toArray(Channel[]::new);
        topic.setChannels(left);
        if (isLast) {
            topic.freezeAt(offset);
        }
        administration.catalogStale().set(true);
        LOG.info("channel deleted topic={} channel={}", topic.name(), channel.name());
    }

    private void removeTopic(Topic topic) throws BrokerException {
        Administration.refuseWhenDeleted(topic);
        if (!topic.isEphemeral()) {
            administration.commit(topic, new Change.DeleteTopic(topic.number()));
        }
        topic.setDeleted();
        administration.topics().remove(topic.name(), topic);
        administration.catalogStale().set(true);
        LOG.info("topic deleted topic={}", topic.name());
    }

    private CompletableFuture<Void> closed(Channel channel) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.loop().execute(() -> {
            channel.close();
            done.complete(null);
        });
        return done;
    }
}
