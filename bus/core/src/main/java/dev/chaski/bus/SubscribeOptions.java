package dev.chaski.bus;

import java.time.Duration;

/**
 * How a handler is subscribed.
 *
 * @param queue those who name the same one share the messages; empty for every message
 * @param isAutoAck whether a message is acknowledged when its handler returns, or only by {@link Event#ack}
 * @param ackTimeout a message not acknowledged after this is taken for failed, 10 milliseconds or more
 * @param redeliveryDelay how long a failed message waits until it comes again
 * @param inFlightMax how many messages may be delivered and not acknowledged, 1 to 65,535; plug-ins may hold fewer
 */
public record SubscribeOptions(
        String queue, boolean isAutoAck, Duration ackTimeout, Duration redeliveryDelay, int inFlightMax) {
    private static final SubscribeOptions BROADCAST =
            new SubscribeOptions("", true, Duration.ofSeconds(30), Duration.ofSeconds(1), 64);
    private static final int IN_FLIGHT_MAX = 65_535;

    /** Refuses what cannot be. */
    public SubscribeOptions {
        if (ackTimeout.toMillis() < 10 || redeliveryDelay.isNegative()) {
            throw new BusException("ackTimeout must be 10 ms or more, redeliveryDelay 0 or more");
        }
        if (inFlightMax < 1 || inFlightMax > IN_FLIGHT_MAX) {
            throw new BusException("inFlightMax must be 1 to " + IN_FLIGHT_MAX + ", and is " + inFlightMax);
        }
        if (queue.chars().anyMatch(Character::isISOControl)) {
            throw new BusException("a queue's name must not have control characters");
        }
    }

    /**
     * Every message, acknowledged when its handler returns.
     *
     * @return the options
     */
    public static SubscribeOptions broadcast() {
        return BROADCAST;
    }

    /**
     * A share of the messages, acknowledged when their handler returns.
     *
     * @param queue whose members share them
     * @return the options
     */
    public static SubscribeOptions queue(String queue) {
        return new SubscribeOptions(
                queue, true, BROADCAST.ackTimeout, BROADCAST.redeliveryDelay, BROADCAST.inFlightMax);
    }

    /**
     * The same, but for {@link Event#ack}, which the handler must call.
     *
     * @return the options
     */
    public SubscribeOptions manualAck() {
        return new SubscribeOptions(queue, false, ackTimeout, redeliveryDelay, inFlightMax);
    }

    /**
     * The same with another time-out.
     *
     * @param timeout 10 milliseconds or more
     * @return the options
     */
    public SubscribeOptions withAckTimeout(Duration timeout) {
        return new SubscribeOptions(queue, isAutoAck, timeout, redeliveryDelay, inFlightMax);
    }

    /**
     * The same with another delay.
     *
     * @param delay 0 or more
     * @return the options
     */
    public SubscribeOptions withRedeliveryDelay(Duration delay) {
        return new SubscribeOptions(queue, isAutoAck, ackTimeout, delay, inFlightMax);
    }

    /**
     * The same with another bound of what is in flight.
     *
     * @param max 1 to 65,535
     * @return the options
     */
    public SubscribeOptions withInFlightMax(int max) {
        return new SubscribeOptions(queue, isAutoAck, ackTimeout, redeliveryDelay, max);
    }

    /**
     * Whether every message comes.
     *
     * @return true without a queue
     */
    public boolean isBroadcast() {
        return queue.isEmpty();
    }
}
