package dev.chaski.wire;

/**
 * The layout of a frame that a server of the NSQ protocol sends. All integers are big endian.
 *
 * <pre>{@code
 *  0        4        8                16       18                    34
 *  +--------+--------+----------------+--------+---------------------+---------
 *  | size   | type   | timestamp (ns) | atts   | id (16 hex digits)  | body
 *  +--------+--------+----------------+--------+---------------------+---------
 *           |<------------------ size counts these ------------------------->|
 * }</pre>
 *
 * A response or an error has its text right after the type. A segment of the log holds message frames in exactly
 * this form, which is why delivery is a copy-free slice of the file.
 */
public final class FrameFormat {
    /** Where the size stands: a 32-bit count of the bytes that follow it. */
    public static final int SIZE_OFFSET = 0;
    /** Where the frame type stands (32 bits). */
    public static final int TYPE_OFFSET = 4;
    /** Where a message's publish time stands: 64 bits, nanoseconds since 1970. */
    public static final int TIMESTAMP_OFFSET = 8;
    /** Where a message's delivery count stands: 16 bits, unsigned, 1 on first delivery. */
    public static final int ATTEMPTS_OFFSET = 16;
    /** Where a message's id stands: 16 ASCII hex digits. */
    public static final int ID_OFFSET = 18;
    /** Where a message's body begins: also the number of bytes that a message frame adds to a body. */
    public static final int BODY_OFFSET = 34;
    /** Bytes of the size field, which the size itself does not count. */
    public static final int SIZE_BYTES = 4;
    /** Bytes before the data of a response or an error. */
    public static final int HEADER_BYTES = 8;

    /** Frame type of a reply to a command. */
    public static final int TYPE_RESPONSE = 0;
    /** Frame type of an error. */
    public static final int TYPE_ERROR = 1;
    /** Frame type of a message. */
    public static final int TYPE_MESSAGE = 2;

    private FrameFormat() {}

    /**
     * The bytes that a message with a body of this length takes on the wire and in a segment.
     *
     * @param bodyBytes length of the body, 0 or more
     * @return length of the frame
     */
    public static int frameBytes(int bodyBytes) {
        return BODY_OFFSET + bodyBytes;
    }
}
