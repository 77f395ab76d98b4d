package dev.chaski.bench.load;

import dev.chaski.bench.load.BenchException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Publishes by HTTP on a connection that stays open. Confined to its loop once registered. */
final class HttpConnection extends Connection {
    /** The longest response to a publish that is believed. */
    private static final int RESPONSE_BYTES_MAX = 16 << 10;

    private static final int STATUS_OFFSET = "HTTP/1.1 ".length();
    private static final String CONTENT_LENGTH = "content-length:";

    private final Sender sender;
    /** What arrived and was not walked over yet: from 0 to its position. */
    private final ByteBuffer in = ByteBuffer.allocate(2 * RESPONSE_BYTES_MAX);

    HttpConnection(NetLoop loop, SocketChannel channel, Sender sender) {
        super(loop, channel);
        this.sender = sender;
        register();
    }

    @Override
    String label() {
        return "HTTP connection";
    }

    @Override
    void opened() {}

    @Override
    boolean write() throws IOException {
        return sender.write(channel);
    }

    @Override
    void received(ByteBuffer buffer) throws IOException {
        long nowNs = System.nanoTime();
        while (buffer.hasRemaining()) {
            int count = Math.min(buffer.remaining(), in.remaining());
            if (count == 0) {
                throw new IOException("a response is longer than " + RESPONSE_BYTES_MAX + " bytes");
            }
            in.put(in.position(), buffer, buffer.position(), count).position(in.position() + count);
            buffer.position(buffer.position() + count);
            walk(nowNs);
        }
        sender.fill(nowNs);
        flush();
    }

    private void walk(long nowNs) throws IOException {
        int from = 0;
        while (true) {
            int responseBytes = responseBytes(from);
            if (responseBytes == 0) {
                break;
            }
            check(from, responseBytes);
            sender.answered(nowNs);
            from += responseBytes;
        }
        in.flip().position(from);
        in.compact();
    }

    /** The length of the response that begins there, or 0 where its end has not arrived. */
    private int responseBytes(int from) throws IOException {
        int headEnd = headEnd(from);
        if (headEnd == 0) {
            return 0;
        }
        int responseBytes = headEnd - from + contentLength(from, headEnd);
        if (responseBytes > RESPONSE_BYTES_MAX) {
            throw new IOException("a response is longer than " + RESPONSE_BYTES_MAX + " bytes");
        }
        return from + responseBytes <= in.position() ? responseBytes : 0;
    }

    private int headEnd(int from) {
        for (int i = from + 3; i < in.position(); i++) {
            if (in.get(i) == '\n' && in.get(i - 1) == '\r' && in.get(i - 2) == '\n' && in.get(i - 3) == '\r') {
                return i + 1;
            }
        }
        return 0;
    }

    private int contentLength(int from, int headEnd) throws IOException {
        for (int i = from; i < headEnd - CONTENT_LENGTH.length(); i++) {
            if (in.get(i) == '\n' && isContentLength(i + 1)) {
                return number(i + 1 + CONTENT_LENGTH.length());
            }
        }
        throw new IOException("a response has no Content-Length: "
                + text(from, headEnd).lines().findFirst().orElse(""));
    }

    private boolean isContentLength(int at) {
        for (int i = 0; i < CONTENT_LENGTH.length(); i++) {
            byte b = in.get(at + i);
            int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
            if (lower != CONTENT_LENGTH.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int number(int at) {
        int position = in.get(at) == ' ' ? at + 1 : at;
        int number = 0;
        while (in.get(position) >= '0' && in.get(position) <= '9' && number <= RESPONSE_BYTES_MAX) {
            number = number * 10 + in.get(position++) - '0';
        }
        return number;
    }

    private void check(int from, int responseBytes) {
        boolean ok = in.get(from + STATUS_OFFSET) == '2';
        if (!ok) {
            String text = text(from, from + responseBytes).replaceAll("\\s+", " ");
            throw new BenchException(
                    Kind.FAILED, String.format(Locale.ROOT, "%s: the server answered %.300s", label(), text));
        }
    }

    private String text(int from, int to) {
        return new String(in.array(), from, to - from, StandardCharsets.UTF_8);
    }
}
