package dev.chaski.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with. Immutable, but for pieces of a long body, which whoever writes the answer releases.
 *
 * @param status status code
 * @param reason words after it
 * @param type what the body is
 * @param isNsq whether the header that tells of nsqd's API is there
 * @param extra further headers, each with its line end
 * @param body a short body, on the heap, whose indexes do not move
 * @param pieces a long body, or null
 * @param closes whether the connection ends after it
 * @param stream what is sent after the head until either side ends it, or null
 */
public record Answer(
        int status,
        String reason,
        Type type,
        boolean isNsq,
        String extra,
        ByteBuf body,
        @Nullable List<ByteBuf> pieces,
        boolean closes,
        @Nullable Stream stream) {

    /** What a body is. */
    public enum Type {
        /** JSON, which nsqd says before its own header. */
        JSON("application/json; charset=utf-8"),
        /** A page. */
        HTML("text/html; charset=utf-8"),
        /** Text. */
        TEXT("text/plain; charset=utf-8"),
        /** Nothing. */
        NONE("");

        private final String name;

        Type(String name) {
            this.name = name;
        }
    }

    /** A long answer, sent as it comes about. */
    public interface Stream {
        /**
         * Sends, on a virtual thread of its own, until it returns or the client is gone.
         *
         * @param out where to
         * @throws Exception where it cannot go on: the connection ends
         */
        void run(EventStream out) throws Exception;
    }

    private static final String CODE_START = "{\"message\":\"";
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;

    /**
     * An answer of any kind.
     *
     * @param status status code
     * @param reason words after it
     * @param contentType value of the header of that name
     * @param bytes the body, not changed any more
     * @return the answer
     */
    public static Answer of(int status, String reason, String contentType, byte[] bytes) {
        ByteBuf body = Unpooled.wrappedBuffer(bytes);
        return new Answer(status, reason, Type.NONE, false, "", body, null, false, null)
                .with("Content-Type: " + contentType);
    }

    /** Writes a long body. */
    public interface BodyWriter {
        /**
         * Writes all of it.
         *
         * @param out where to; need not be closed
         * @throws IOException from {@code out}
         */
        void write(OutputStream out) throws IOException;
    }

    /**
     * A long answer, in pieces of memory outside the heap.
     *
     * @param contentType value of the header of that name
     * @param allocator gives the memory
     * @param writer writes the body, now
     * @return the answer
     * @throws IOException from the writer
     */
    public static Answer written(String contentType, ByteBufAllocator allocator, BodyWriter writer) throws IOException {
        Pieces pieces = new Pieces(allocator);
        boolean isWhole = false;
        try {
            writer.write(pieces);
            isWhole = true;
        } finally {
            if (!isWhole) {
                pieces.release();
            }
        }
        return new Answer(OK, "OK", Type.NONE, false, "", Unpooled.EMPTY_BUFFER, pieces.taken(), false, null)
                .with("Content-Type: " + contentType);
    }

    /**
     * An answer without a body.
     *
     * @param status status code
     * @param reason words after it
     * @return the answer
     */
    public static Answer nothing(int status, String reason) {
        return plain(status, reason, Type.NONE, "");
    }

    /**
     * Events for as long as the client wants them; the connection ends with them.
     *
     * @param stream sends them
     * @return the answer
     */
    public static Answer events(Stream stream) {
        return new Answer(OK, "OK", Type.NONE, false, "", Unpooled.EMPTY_BUFFER, null, true, stream)
                .with("Content-Type: text/event-stream; charset=utf-8")
                .with("Cache-Control: no-store")
                .with("X-Accel-Buffering: no");
    }

    static Answer nsqText(String text) {
        return new Answer(OK, "OK", Type.TEXT, true, "", bytes(text), null, false, null);
    }

    static Answer nsqNothing() {
        return new Answer(OK, "OK", Type.NONE, true, "", Unpooled.EMPTY_BUFFER, null, false, null);
    }

    static Answer nsqJson(byte[] json) {
        return new Answer(OK, "OK", Type.JSON, true, "", Unpooled.wrappedBuffer(json), null, false, null);
    }

    static Answer nsqLong(Type type, List<ByteBuf> pieces) {
        return new Answer(OK, "OK", type, true, "", Unpooled.EMPTY_BUFFER, pieces, false, null);
    }

    static Answer text(int status, String reason, String text) {
        return plain(status, reason, Type.TEXT, text);
    }

    static Answer plain(int status, String reason, Type type, String text) {
        return new Answer(status, reason, type, false, "", bytes(text), null, false, null);
    }

    /** An error that is more than a code. */
    static Answer nsqError(int status, String reason, String json) {
        return new Answer(status, reason, Type.JSON, true, "", bytes(json), null, false, null);
    }

    /** An error as nsqd tells it: a code in JSON. */
    static Answer error(int status, String reason, String code) {
        return nsqError(status, reason, "{\"message\":\"" + code + "\"}");
    }

    static Answer badRequest(String code) {
        return error(BAD_REQUEST, "Bad Request", code);
    }

    static Answer tooLarge(String code) {
        return error(TOO_LARGE, "Request Entity Too Large", code);
    }

    static Answer internalError() {
        return error(500, "Internal Server Error", "INTERNAL_ERROR");
    }

    /** Refuses what is not HTTP: the words are the reason and the body. */
    static Answer refusal(int status, String reason) {
        return text(status, reason, status + " " + reason).closing();
    }

    Answer closing() {
        return new Answer(status, reason, type, isNsq, extra, body, pieces, true, stream);
    }

    /**
     * The same with one more header.
     *
     * @param header name, colon, space and value; no line end
     * @return the answer
     */
    public Answer with(String header) {
        return new Answer(status, reason, type, isNsq, extra + header + "\r\n", body, pieces, closes, stream);
    }

    /** The code of an error as nsqd tells it, else the status. */
    String code() {
        String text = body.toString(StandardCharsets.UTF_8);
        int start = text.startsWith(CODE_START) ? CODE_START.length() : -1;
        int end = start < 0 ? -1 : text.indexOf('"', start);
        return end < 0 ? Integer.toString(status) : text.substring(start, end);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes status line, headers and a short body. */
    void encode(ByteBuf out, boolean isHttp10, String connection, String date, boolean withBody) {
        ByteBufUtil.writeAscii(out, isHttp10 ? "HTTP/1.0 " : "HTTP/1.1 ");
        ByteBufUtil.writeAscii(out, status + " " + reason + "\r\n");
        ByteBufUtil.writeAscii(out, extra);
        if (type == Type.JSON || type == Type.HTML) {
            ByteBufUtil.writeAscii(out, "Content-Type: " + type.name + "\r\n");
        }
        if (isNsq) {
            ByteBufUtil.writeAscii(out, "X-Nsq-Content-Type: nsq; version=1.0\r\n");
        }
        ByteBufUtil.writeAscii(out, "Date: " + date + "\r\n");
        if (stream == null && status != NOT_MODIFIED) {
            ByteBufUtil.writeAscii(out, "Content-Length: " + length() + "\r\n");
        }
        if (type == Type.TEXT) {
            ByteBufUtil.writeAscii(out, "Content-Type: " + type.name + "\r\n");
        }
        ByteBufUtil.writeAscii(out, connection);
        ByteBufUtil.writeAscii(out, "\r\n");
        if (withBody) {
            out.writeBytes(body, body.readerIndex(), body.readableBytes());
        }
    }

    private long length() {
        long length = body.readableBytes();
        if (pieces != null) {
            for (ByteBuf piece : pieces) {
                length += piece.readableBytes();
            }
        }
        return length;
    }

    void release() {
        if (pieces != null) {
            pieces.forEach(ByteBuf::release);
        }
    }
}
