package dev.chaski.server.metrics;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An NSQ client that takes one message at a time and finishes it. */
final class FinishingClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int MESSAGE = 2;
    private static final int ID_AT = 14;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    FinishingClient(InetSocketAddress address, String topic, String channel) throws IOException {
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        send("  V2SUB " + topic + " " + channel + "\nRDY 1\n");
    }

    void finishOne() throws IOException {
        byte[] frame = frame();
        while (frame[3] != MESSAGE) {
            frame = frame();
        }
        send("FIN " + new String(frame, ID_AT, 16, StandardCharsets.US_ASCII) + "\n");
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
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
