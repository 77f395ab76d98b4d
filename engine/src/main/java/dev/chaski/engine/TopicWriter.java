package dev.chaski.engine;

import dev.chaski.log.LogException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Puts batches into a topic's log, one writer at a time and nobody waiting: a loop that finds the topic being written
 * leaves its batch in a queue, which whoever is writing empties before it stops. Any thread.
 */
final class TopicWriter {
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
        }
        topic.countPublished(batch.messages.count(), batch.messages.bodyBytes());
        if (answersWhenSynced) {
            answerWhenSynced(batch);
        } else {
            topic.announce(batch.hasDeferred);
            giveBack(batch);
        }
    }

    private void answerWhenSynced(PublishBatch batch) {
        long end = topic.log().endOffset();
        journal.whenSafe(topic.log(), notSynced -> {
            LogException failure = notSynced == null ? syncNews() : notSynced;
            if (failure == null) {
                topic.showUpTo(end);
                topic.announce(batch.hasDeferred);
            } else {
                batch.refusal = Failures.of("cannot sync messages of topic " + topic.name(), failure);
            }
            giveBack(batch);
        });
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
