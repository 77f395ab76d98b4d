package dev.chaski.engine;

import dev.chaski.log.MessageBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one loop publishes to one topic in a turn, and who is to be answered. Owned by the publisher's loop until it is
 * handed to the topic's writer, then by whichever thread writes, then by the loop again.
 */
final class PublishBatch {
    private static final Logger LOG = LoggerFactory.getLogger(PublishBatch.class);
    private static final int ANSWERS_MIN = 16;

    final Publisher publisher;
    final MessageBatch messages;
    boolean hasDeferred;
    /** Whether it was written or refused; the publisher's. */
    boolean isDecided;

    @Nullable
    Topic topic;

    @Nullable
    BrokerException refusal;

    private PublishListener[] listeners = new PublishListener[ANSWERS_MIN];
    private int[] publishes = new int[ANSWERS_MIN];
    private int answerCount;

    PublishBatch(Publisher publisher, int capacityBytes) {
        this.publisher = publisher;
        this.messages = new MessageBatch(capacityBytes);
    }

    /** Notes that one more publish is answered by a listener. */
    @SuppressWarnings("ReferenceEquality") // one listener per connection
    void answer(PublishListener listener) {
        if (answerCount > 0 && listeners[answerCount - 1] == listener) {
            publishes[answerCount - 1]++;
            return;
        }
        if (answerCount == listeners.length) {
            listeners = Arrays.copyOf(listeners, answerCount * 2);
            publishes = Arrays.copyOf(publishes, answerCount * 2);
        }
        listeners[answerCount] = listener;
        publishes[answerCount++] = 1;
    }

    /** Answers everybody and makes the batch empty. On the publisher's loop. */
    void settle() {
        for (int i = 0; i < answerCount; i++) {
            try {
                tell(listeners[i], publishes[i]);
            } catch (RuntimeException e) {
                LOG.error("a publisher could not be answered", e); // the others must be
            }
        }
        Arrays.fill(listeners, 0, answerCount, null);
        answerCount = 0;
        messages.clear();
        hasDeferred = false;
        refusal = null;
        isDecided = false;
        topic = null;
    }

    private void tell(PublishListener listener, int count) {
        if (refusal == null) {
            listener.published(count);
        } else {
            listener.refused(count, refusal);
        }
    }
}
