package dev.chaski.engine;

import dev.chaski.log.Region;
import java.util.Map;

/** Somebody who takes messages from a channel: a door's connection. Called on the channel's loop only. */
public interface Consumer {
    /**
     * Whether more may be handed over now. When this turns true again the consumer calls {@link Subscription#resume}.
     *
     * @return false while too much is unsent
     */
    boolean isWritable();

    /**
     * Takes messages that are adjacent in a segment, as NSQ message frames. The region is retained by the engine during
     * the call only: copy, or {@link Region#retain} until it is sent.
     *
     * @param region the segment
     * @param position index of the first frame
     * @param length bytes of all frames
     * @param count how many frames, 1 or more
     * @param attempts delivery count to be shown: 1 as the frames have it; above 1 count is 1 and the two bytes at
     *     {@code FrameFormat.ATTEMPTS_OFFSET} are to be replaced in a copy
     */
    void deliver(Region region, int position, int length, int count, int attempts);

    /** The engine has handed over all it can for now: flush. */
    void delivered();

    /** The channel or its topic was deleted, or the broker is going down: close the connection. */
    void channelClosed();

    /**
     * How long a message may stay in flight with this consumer.
     *
     * @return milliseconds
     */
    long msgTimeoutMs();

    /**
     * The share of the channel's messages that this consumer wants; the rest count as finished for the channel.
     *
     * @return 1 to 99 percent, or 0 for all
     */
    int sampleRate();

    /**
     * How near the consumer is, for topology-aware consumption: nearer ones are served first.
     *
     * @return 0 same zone (or topology is not used), 1 same region, 2 elsewhere
     */
    int distance();

    /**
     * What is known of the client, for statistics.
     *
     * @return names and values
     */
    Map<String, String> labels();
}
