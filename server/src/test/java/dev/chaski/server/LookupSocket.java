package dev.chaski.server;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A node that registers, byte by byte. Used by the thread of one test. */
final class LookupSocket implements AutoCloseable {
    private static final int TIMEOUT_MS = 15_000;

    private final Socket socket;
    private final DataInputStream in;

    private LookupSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Says nothing yet. */
    static LookupSocket connect(int port) throws IOException {
        return new LookupSocket(port);
    }

    /** A node that has introduced itself. */
    static LookupSocket node(int port, String host, int tcpPort) throws IOException {
        LookupSocket node = new LookupSocket(port);
        node.send("  V1");
        node.ask(identify(introduction(host, tcpPort)));
        return node;
    }

    static String introduction(String host, int tcpPort) {
        return "{\"broadcast_address\":\"%s\",\"hostname\":\"%s\",\"tcp_port\":%d,\"http_port\":%d,\"version\":\"1.3.0\"}"
                .formatted(host, host, tcpPort, tcpPort + 1);
    }

    /** IDENTIFY with its body. */
    static String identify(String json) {
        return "IDENTIFY\n" + size(json.length()) + json;
    }

    /** Four bytes, as they are sent. */
    static String size(int size) {
        return new String(ByteBuffer.allocate(4).putInt(size).array(), StandardCharsets.ISO_8859_1);
    }

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    String read() throws IOException {
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        return new String(answer, StandardCharsets.ISO_8859_1);
    }

    String ask(String command) throws IOException {
        send(command);
        return read();
    }

    void endInput() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the other side has closed and sent nothing more; waits for it. */
    boolean isClosed() throws IOException {
        try {
            in.readByte();
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
