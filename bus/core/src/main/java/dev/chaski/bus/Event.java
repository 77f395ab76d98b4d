package dev.chaski.bus;

import java.util.Optional;

/** A message that was delivered. Any thread may say that it is done. */
public interface Event {
    /**
     * Where it was published.
     *
     * @return the topic
     */
    String topic();

    /**
     * What was published.
     *
     * @return headers and body
     */
    Message message();

    /**
     * Says that it is done and must not come again.
     *
     * @return false where that was said, or the time for it was over, before
     * @throws BusException where this cannot be told to whom it came from; then it comes again
     */
    boolean ack();

    /**
     * Says that it is not done and should come again, after the subscription's delay.
     *
     * @return false where something was said, or the time for it was over, before
     */
    boolean requeue();

    /**
     * Why the handler failed, for an error handler.
     *
     * @return what it threw; an {@link Error} is the cause of a {@link BusException}
     */
    Optional<Exception> error();
}
