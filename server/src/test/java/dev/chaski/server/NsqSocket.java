package dev.chaski.server;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** As much of an NSQ client as the tests of the assembly need: every call waits for its answer. */
final class NsqSocket implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int FRAME_BYTES_MAX = 8 << 20;
    private static final int ID_OFFSET = 10;
    private static final int BODY_OFFSET = 26;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    NsqSocket(InetSocketAddress address) throws IOException {
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        out.write("  V2".getBytes(StandardCharsets.US_ASCII));
    }

    String publish(String topic, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.writeBytes("PUB " + topic + "\n");
        out.writeInt(bytes.length);
        out.write(bytes);
        return answer();
    }

    String command(String line) throws IOException {
        out.writeBytes(line + "\n");
        return answer();
    }

    /** Takes the next message, finishes it, and returns its body. */
    String take() throws IOException {
        out.writeBytes("RDY 1\n");
        byte[] frame = frame();
        out.writeBytes("FIN " + new String(frame, 4 + ID_OFFSET, 16, StandardCharsets.US_ASCII) + "\n");
        out.flush();
        return new String(frame, 4 + BODY_OFFSET, frame.length - 4 - BODY_OFFSET, StandardCharsets.UTF_8);
    }

    /** Takes the next message and does nothing with it: its id. */
    String receive() throws IOException {
        out.writeBytes("RDY 1\n");
        return new String(frame(), 4 + ID_OFFSET, 16, StandardCharsets.US_ASCII);
    }

    /** A command without an answer. */
    void send(String line) throws IOException {
        out.writeBytes(line + "\n");
    }

    private String answer() throws IOException {
        byte[] frame = frame();
        return new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8);
    }

    private byte[] frame() throws IOException {
        out.flush();
        int size = in.readInt();
        if (size > FRAME_BYTES_MAX) {
            throw new IOException("a frame of " + size + " bytes");
        }
        return in.readNBytes(size);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
