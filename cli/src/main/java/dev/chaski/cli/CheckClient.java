package dev.chaski.cli;

import dev.chaski.wire.FrameFormat;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** As much of an NSQ client as {@code chaski check} needs. Owned by one thread. */
final class CheckClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;
    private static final int FRAME_BYTES_MAX = 64 << 10;
    private static final int ID_BYTES = 16;
    private static final String BODY = "chaski";
    private static final String HTTP_OK = "HTTP/1.1 200";

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;

    CheckClient(InetSocketAddress address) throws IOException {
        socket.connect(address, TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    /** Publishes a message, consumes it, and finishes it. */
    void exchange() throws IOException {
        out.writeBytes("  V2IDENTIFY\n");
        write("{\"client_id\":\"check\",\"feature_negotiation\":true}");
        frame();
        out.writeBytes("PUB check\n");
        write(BODY);
        expectOk("PUB");
        out.writeBytes("SUB check check\n");
        expectOk("SUB");
        out.writeBytes("RDY 1\n");
        byte[] message = frame();
        int bodyAt = FrameFormat.BODY_OFFSET - FrameFormat.SIZE_BYTES;
        if (!text(message, bodyAt, message.length - bodyAt).equals(BODY)) {
            throw new IOException("the message that came back is not the one that was published");
        }
        int idAt = FrameFormat.ID_OFFSET - FrameFormat.SIZE_BYTES;
        out.writeBytes("FIN " + text(message, idAt, ID_BYTES) + "\nCLS\n");
        frame();
    }

    /** Publishes a message, and reads the first line of the answer. */
    void publishOverHttp() throws IOException {
        out.writeBytes("POST /pub?topic=check HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + BODY.length() + "\r\n\r\n" + BODY);
        out.flush();
        String answer = new String(in.readNBytes(HTTP_OK.length()), StandardCharsets.US_ASCII);
        if (!answer.equals(HTTP_OK)) {
            throw new IOException("publishing over HTTP was answered: " + answer);
        }
        in.readAllBytes();
    }

    private void write(String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private void expectOk(String command) throws IOException {
        byte[] answer = frame();
        int dataAt = FrameFormat.HEADER_BYTES - FrameFormat.SIZE_BYTES;
        String text = text(answer, dataAt, answer.length - dataAt);
        if (!text.equals("OK")) {
            throw new IOException(command + " was answered: " + text);
        }
    }

    private byte[] frame() throws IOException {
        out.flush();
        int size = in.readInt();
        if (size < FrameFormat.SIZE_BYTES || size > FRAME_BYTES_MAX) {
            throw new IOException("a frame of " + size + " bytes");
        }
        byte[] frame = new byte[size];
        in.readFully(frame);
        return frame;
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
