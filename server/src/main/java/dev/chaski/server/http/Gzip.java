package dev.chaski.server.http;

import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Answers that are compressed where that is worth it and the client takes it. Not for what stands beside secrets of other
 * users: the length of a compressed answer tells something of what is in it. Stateless; any thread but an event loop.
 */
public final class Gzip {
    /** What fits into one packet anyway is sent as it is. */
    static final int BODY_BYTES_MIN = 1_400;

    private static final int BUFFER_BYTES = 8 << 10;
    private static final String ENCODED = "Content-Encoding: gzip";
    private static final String VARY = "Vary: Accept-Encoding";

    private Gzip() {}

    /**
     * Whether a client takes gzip.
     *
     * @param request its request
     * @return true where it says so, and does not take it back by a weight of 0
     */
    public static boolean isTakenBy(Request request) {
        String encodings = request.header("Accept-Encoding");
        return encodings != null && encodings.contains("gzip") && !encodings.contains("gzip;q=0");
    }

    /**
     * A short or long answer.
     *
     * @param request what is answered
     * @param contentType value of the header of that name
     * @param bytes the body, not changed any more
     * @return the answer: 200
     * @throws IOException never; the streams declare it
     */
    public static Answer of(Request request, String contentType, byte[] bytes) throws IOException {
        if (bytes.length < BODY_BYTES_MIN || !isTakenBy(request)) {
            return Answer.of(200, "OK", contentType, bytes).with(VARY);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4);
        try (Quick zip = new Quick(out)) {
            zip.write(bytes);
        }
        return Answer.of(200, "OK", contentType, out.toByteArray()).with(VARY).with(ENCODED);
    }

    /**
     * A long answer, in pieces of memory outside the heap.
     *
     * @param request what is answered
     * @param contentType value of the header of that name
     * @param allocator gives the memory
     * @param writer writes the body, now, as it is before it is compressed
     * @return the answer: 200
     * @throws IOException from the writer
     */
    public static Answer written(
            Request request, String contentType, ByteBufAllocator allocator, Answer.BodyWriter writer)
            throws IOException {
        if (!isTakenBy(request)) {
            return Answer.written(contentType, allocator, writer).with(VARY);
        }
        Answer.BodyWriter zipping = out -> {
            try (Quick zip = new Quick(out)) {
                writer.write(zip);
            }
        };
        return Answer.written(contentType, allocator, zipping).with(VARY).with(ENCODED);
    }

    /** The quickest level: compressing what {@code /metrics} tells of 10,000 topics takes no longer than sending it. */
    private static final class Quick extends GZIPOutputStream {
        private Quick(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
