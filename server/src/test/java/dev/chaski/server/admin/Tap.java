package dev.chaski.server.admin;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** As much of an NSQ client as the tests of the API need: one message at a time. */
final class Tap implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int MESSAGE = 2;
    private static final int ID_AT = 14;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    private Tap(InetSocketAddress address) throws IOException {
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        out.write("  V2".getBytes(StandardCharsets.US_ASCII));
    }

    static Tap connect(InetSocketAddress address) throws IOException {
        return new Tap(address);
    }

    static Tap subscribe(InetSocketAddress address, String topic, String channel) throws IOException {
        Tap tap = new Tap(address);
        tap.send("SUB " + topic + " " + channel);
        tap.frame();
        tap.send("RDY 1");
        return tap;
    }

    void publish(String topic, byte[] body) throws IOException {
        out.writeBytes("PUB " + topic + "\n");
        out.writeInt(body.length);
        out.write(body);
        out.flush();
        frame();
    }

    /** The id of the next message. */
    String receive() throws IOException {
        byte[] frame = frame();
        while (frame[3] != MESSAGE) {
            frame = frame();
        }
        return new String(frame, ID_AT, 16, StandardCharsets.US_ASCII);
    }

    void send(String command) throws IOException {
        out.writeBytes(command + "\n");
        out.flush();
    }

    private byte[] frame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
