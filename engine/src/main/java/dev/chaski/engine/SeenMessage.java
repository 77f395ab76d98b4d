package dev.chaski.engine;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;

/** A message as somebody sees it who only looks; its bytes are a copy. Immutable. */
public final class SeenMessage {
    /** Where a message stands in a channel. */
    public enum State {
        /** It can be delivered, for the first time or again. */
        WAITING,
        /** It is with a consumer. */
        IN_FLIGHT,
        /** It is held back until a time. */
        DEFERRED
    }

    private final long offset;
    private final long id;
    private final long publishedNs;
    private final Standing standing;
    private final int sizeBytes;
    private final byte[] body;

    /**
     * What a channel knows of it.
     *
     * @param state where it stands
     * @param attempts deliveries so far
     * @param dueMs when it may be delivered, milliseconds since 1970; 0 where it is not held back
     */
    record Standing(State state, int attempts, long dueMs) {
        static final Standing NEW = new Standing(State.WAITING, 0, 0);

        static Standing deferred(long dueMs) {
            return new Standing(State.DEFERRED, 0, dueMs);
        }
    }

    private SeenMessage(long offset, long id, long publishedNs, Standing standing, int sizeBytes, byte[] body) {
        this.offset = offset;
        this.id = id;
        this.publishedNs = publishedNs;
        this.standing = standing;
        this.sizeBytes = sizeBytes;
        this.body = body;
    }

    /** Copies a frame that lies in a segment, with so much of its body. */
    static SeenMessage copy(ByteBuffer frames, int position, long offset, Standing standing, int bodyBytesMax) {
        int sizeBytes = frames.getInt(position) + FrameFormat.SIZE_BYTES - FrameFormat.BODY_OFFSET;
        byte[] body = new byte[Math.min(sizeBytes, bodyBytesMax)];
        frames.get(position + FrameFormat.BODY_OFFSET, body);
        return new SeenMessage(
                offset,
                MessageId.get(frames, position + FrameFormat.ID_OFFSET),
                frames.getLong(position + FrameFormat.TIMESTAMP_OFFSET),
                standing,
                sizeBytes,
                body);
    }

    /** Bytes that are kept of its body. */
    int storedBytes() {
        return body.length;
    }

    long offset() {
        return offset;
    }

    /**
     * Its id, as consumers get it.
     *
     * @return 16 hex characters
     */
    public String id() {
        return MessageId.text(id);
    }

    /**
     * When it was published.
     *
     * @return nanoseconds since 1970
     */
    public long publishedNs() {
        return publishedNs;
    }

    /**
     * Where it stands.
     *
     * @return in the channel looked into; of a topic's tail waiting or deferred
     */
    public State state() {
        return standing.state();
    }

    /**
     * How often it was delivered.
     *
     * @return 0 or more, as far as the channel counts
     */
    public int attempts() {
        return standing.attempts();
    }

    /**
     * When it may be delivered, where it is held back.
     *
     * @return milliseconds since 1970, or 0
     */
    public long dueMs() {
        return standing.dueMs();
    }

    /**
     * The length of its whole body.
     *
     * @return bytes
     */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * The body, or its beginning.
     *
     * @return as many bytes as were asked for; the caller's
     */
    public byte[] body() {
        return body.clone();
    }
}
