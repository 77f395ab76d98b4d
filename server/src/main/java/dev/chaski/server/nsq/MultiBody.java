package dev.chaski.server.nsq;

import dev.chaski.engine.Publisher;
import dev.chaski.engine.Topic;
import java.nio.ByteBuffer;

/**
 * The body of an MPUB: checked as it arrives, staged only when all of it is there and valid. Confined to the
 * connection's loop.
 *
 * <pre>{@code
 * 0           4            8        12
 * +-----------+------------+--------+---------+--------+---------+----
 * | body size | count      | size 0 | message | size 1 | message | ...
 * +-----------+------------+--------+---------+--------+---------+----
 *             |<------------------- body size counts these ----------->
 * }</pre>
 */
final class MultiBody {
    private static final int SIZE_BYTES = Integer.BYTES;
    /** The least that a message takes: its size and one byte. */
    private static final int MESSAGE_BYTES_MIN = SIZE_BYTES + 1;

    private final Connection client;
    private final Input input;
    private int sizeBytes;
    /** Messages of the body that is arriving that were checked. */
    private int checkedCount;
    /** Where the next message to be checked begins, counted from the body size. */
    private int checkedEnd;

    MultiBody(Connection client) {
        this.client = client;
        input = client.input();
    }

    /** What the body size says, once the body is whole. */
    int sizeBytes() {
        return sizeBytes;
    }

    /** Checks what is there of a body that begins so many bytes behind the input's position. */
    boolean isWhole(int bodyAt) throws Refusal {
        if (!input.require(bodyAt + SIZE_BYTES)) {
            client.endOfInputError("E_BAD_BODY MPUB failed to read body size");
            return false;
        }
        sizeBytes = input.bytes().getInt(input.position() + bodyAt);
        int sizeMax = client.limits().maxBodySizeBytes();
        if (sizeBytes <= 0) {
            throw Refusal.of("E_BAD_BODY", "MPUB invalid body size " + sizeBytes);
        }
        if (sizeBytes > sizeMax) {
            throw Refusal.of("E_BAD_BODY", "MPUB body too big " + sizeBytes + " > " + sizeMax);
        }
        if (!input.require(bodyAt + 2 * SIZE_BYTES)) {
            client.endOfInputError("E_BAD_BODY MPUB failed to read message count");
            return false;
        }
        int count = input.bytes().getInt(input.position() + bodyAt + SIZE_BYTES);
        if (count <= 0 || count > (sizeMax - SIZE_BYTES) / MESSAGE_BYTES_MIN) {
            throw Refusal.of("E_BAD_BODY", "MPUB invalid message count " + count);
        }
        boolean isWhole = input.require(bodyAt + SIZE_BYTES + sizeBytes);
        check(bodyAt, count, isWhole);
        return isWhole;
    }

    private void check(int bodyAt, int count, boolean isWhole) throws Refusal {
        ByteBuffer bytes = input.bytes();
        int start = input.position() + bodyAt;
        int bodyEnd = SIZE_BYTES + sizeBytes;
        int limit = Math.min(bodyEnd, input.available() - bodyAt);
        int at = Math.max(checkedEnd, 2 * SIZE_BYTES);
        int i = checkedCount;
        while (i < count && at + SIZE_BYTES <= limit) {
            int size = bytes.getInt(start + at);
            checkSize(i, size);
            if (size > bodyEnd - at - SIZE_BYTES) {
                throw mismatch();
            }
            if (at + SIZE_BYTES + size > limit) {
                break;
            }
            at += SIZE_BYTES + size;
            i++;
        }
        if (isWhole) {
            checkedEnd = 0;
            checkedCount = 0;
            if (i < count || at != bodyEnd) {
                throw mismatch();
            }
            return;
        }
        checkedEnd = at;
        checkedCount = i;
        boolean isSizeThere = at + SIZE_BYTES <= limit;
        client.endOfInputError(
                isSizeThere
                        ? "E_BAD_MESSAGE MPUB failed to read message body"
                        : "E_BAD_MESSAGE MPUB failed to read message(" + i + ") body size");
        // Another look is worth it when the next size has come: a bad one is told before the rest arrives.
        int nextSizeAt = isSizeThere ? at + SIZE_BYTES + bytes.getInt(start + at) : at;
        input.want(bodyAt + Math.min(bodyEnd, nextSizeAt + SIZE_BYTES));
    }

    private void checkSize(int index, int size) throws Refusal {
        if (size <= 0) {
            throw Refusal.of("E_BAD_MESSAGE", "MPUB invalid message(" + index + ") body size " + size);
        }
        int sizeMax = client.limits().maxMsgSizeBytes();
        if (size > sizeMax) {
            throw Refusal.of("E_BAD_MESSAGE", "MPUB message too big " + size + " > " + sizeMax);
        }
    }

    private Refusal mismatch() {
        return Refusal.of("E_BAD_BODY", "MPUB body size " + sizeBytes + " does not match its messages");
    }

    /** Hands the messages of a whole body to the publisher. Returns how many they are. */
    int stage(Publisher publisher, Topic topic, int bodyAt) {
        ByteBuffer bytes = input.bytes();
        int start = input.position() + bodyAt;
        int count = bytes.getInt(start + SIZE_BYTES);
        int at = start + 2 * SIZE_BYTES;
        publisher.expect(topic, count);
        for (int i = 0; i < count; i++) {
            int size = bytes.getInt(at);
            publisher.stage(topic, bytes, at + SIZE_BYTES, size, 0);
            at += SIZE_BYTES + size;
        }
        return count;
    }
}
