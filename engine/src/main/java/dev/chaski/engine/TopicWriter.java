package dev.chaski.engine;

import dev.chaski.log.LogException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts batches into a topic's log, one writer at a time and nobody waiting: a loop that finds the topic being written
 * leaves its batch in a queue, which whoever is writing empties before it stops. Any thread.
 */
final class TopicWriter {
    private static final Logger LOG = LoggerFactory.getLogger(TopicWriter.class);

    private final Topic topic;
    private final Journal journal;
    private final boolean answersWhenSynced;
    private final AtomicBoolean isWriting = new AtomicBoolean();
    private final Queue<PublishBatch> waiting = new ConcurrentLinkedQueue<>();

    TopicWriter(Topic topic, Journal journal, boolean answersWhenSynced) {
        this.topic = topic;
        this.journal = journal;
        this.answersWhenSynced = answersWhenSynced;
    }

    /** Takes a batch, which goes back to its publisher when it is as safe as answers say, or refused. */
    void submit(PublishBatch batch) {
        if (waiting.isEmpty() && isWriting.compareAndSet(false, true)) {
            try {
                write(batch);
            } finally {
                isWriting.set(false);
            }
        } else {
            waiting.add(batch);
        }
        writeWaiting();
    }

    /** Writes what others left. The check after giving up the turn catches a batch that came in between. */
    private void writeWaiting() {
        while (!waiting.isEmpty() && isWriting.compareAndSet(false, true)) {
            try {
                PublishBatch batch = waiting.poll();
                while (batch != null) {
                    write(batch);
                    batch = waiting.poll();
                }
            } finally {
                isWriting.set(false);
            }
        }
    }

    private void write(PublishBatch batch) {
        if (topic.isDeleted()) {
            refuse(
                    batch,
                    new BrokerException(BrokerException.Reason.DELETED, "topic " + topic.name() + " is being deleted"));
            return;
        }
        try {
            journal.append(topic.log(), batch.messages);
        } catch (LogException e) {
            refuse(batch, Failures.of("cannot store messages of topic " + topic.name(), e));
            return;
        } catch (IllegalArgumentException e) {
            refuse(
                    batch,
                    new BrokerException(
                            BrokerException.Reason.LIMIT,
                            "cannot store " + batch.messages.count() + " messages of topic " + topic.name()
                                    + " at a time: publish fewer together"));
            return;
        } catch (RuntimeException | Error e) {
            refuseForFault(batch, e);
            return;
        }
        topic.countPublished(batch.messages.count(), batch.messages.bodyBytes());
        if (answersWhenSynced) {
            answerWhenSynced(batch);
        } else {
            try {
                topic.announce(batch.hasDeferred);
            } finally {
                giveBack(batch);
            }
        }
    }

    private void answerWhenSynced(PublishBatch batch) {
        long end = topic.log().endOffset();
        try {
            journal.whenSafe(topic.log(), notSynced -> answer(batch, end, notSynced));
        } catch (RuntimeException | Error e) {
            refuseForFault(batch, e);
        }
    }

    private void answer(PublishBatch batch, long end, @Nullable LogException notSynced) {
        try {
            LogException failure = notSynced == null ? syncNews() : notSynced;
            if (failure == null) {
                topic.showUpTo(end);
                topic.announce(batch.hasDeferred);
            } else {
                batch.refusal = Failures.of("cannot sync messages of topic " + topic.name(), failure);
            }
        } catch (RuntimeException e) {
            LOG.error("messages stored, but channels not told topic={}", topic.name(), e);
        }
        giveBack(batch);
    }

    /** A mistake of ours, or no memory: the batch is refused all the same, or no later answer of its loop would be given. */
    private void refuseForFault(PublishBatch batch, Throwable fault) {
        LOG.error("messages not stored topic={}", topic.name(), fault);
        refuse(
                batch,
                new BrokerException(
                        BrokerException.Reason.DISK_FAILED,
                        "cannot store messages of topic " + topic.name() + ": " + fault));
    }

    /** A synced message is lost with a topic or channel that nobody knows of after a power cut. */
    private @Nullable LogException syncNews() {
        if (!topic.takeNews()) {
            return null;
        }
        try {
            journal.syncChanges();
            return null;
        } catch (LogException e) {
            topic.noteNews();
            return e;
        }
    }

    private static void refuse(PublishBatch batch, BrokerException why) {
        batch.refusal = why;
        giveBack(batch);
    }

    private static void giveBack(PublishBatch batch) {
        Publisher publisher = batch.publisher;
        if (publisher.loop().inLoop()) {
            publisher.settle(batch);
        } else {
            publisher.loop().execute(() -> publisher.settle(batch));
        }
    }
}
