package dev.chaski.server.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A client that sends bytes as they are and reads answers as they come, so that nothing is repaired on the way. */
final class RawHttp implements AutoCloseable {
    private static final int TIMEOUT_MS = 15_000;

    private final Socket socket;
    private final InputStream in;

    RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static RawHttp connect(int port) throws IOException {
        return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** An answer; header names in lower case. */
    record Response(String statusLine, Map<String, String> headers, String body) {
        int status() {
            return Integer.parseInt(statusLine.substring(9, 12));
        }

        /** Status line, the headers that are always the same, and the body. */
        String comparable() {
            List<String> lines = new ArrayList<>(List.of(statusLine));
            headers.forEach((name, value) -> {
                if (!name.equals("date")) {
                    lines.add(name + ": " + value);
                }
            });
            lines.add(body);
            return String.join("\n", lines);
        }
    }

    static byte[] request(String method, String uri, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + uri + " HTTP/1.1\r\nHost: test\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] start = (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    static byte[] request(String method, String uri, String body, String... headers) {
        return request(method, uri, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Response ask(String method, String uri, String body, String... headers) throws IOException {
        send(request(method, uri, body, headers));
        return read(method.equals("HEAD"));
    }

    Response read() throws IOException {
        return read(false);
    }

    /** An answer whose body is no text. */
    static final class Bytes {
        private final Map<String, String> headers;
        private final byte[] body;

        private Bytes(Map<String, String> headers, byte[] body) {
            this.headers = headers;
            this.body = body;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte[] body() {
            return body;
        }
    }

    Bytes readBytes() throws IOException {
        line();
        Map<String, String> headers = headers();
        return new Bytes(headers, in.readNBytes(Integer.parseInt(headers.get("content-length"))));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    Response read(boolean isHead) throws IOException {
        String statusLine = line();
        Map<String, String> headers = headers();
        String stated = headers.get("content-length");
        int length = isHead || stated == null ? 0 : Integer.parseInt(stated);
        boolean isToTheEnd = stated == null && "close".equals(headers.get("connection"));
        byte[] body = isToTheEnd ? in.readAllBytes() : in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("half a body");
        }
        return new Response(statusLine, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** Whether the other side has closed and sent nothing more. */
    boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    void endInput() throws IOException {
        socket.shutdownOutput();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed after \"" + line + "\"");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
