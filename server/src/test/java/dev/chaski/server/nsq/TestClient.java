package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says what it is told, byte by byte. One thread. */
final class TestClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private Socket socket = new Socket();
    private DataInputStream in;
    private OutputStream out;

    /** What the door sent. */
    static final class Frame {
        private final int type;
        private final byte[] data;

        private Frame(int type, byte[] data) {
            this.type = type;
            this.data = data;
        }

        int type() {
            return type;
        }

        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }

        int attempts() {
            return ByteBuffer.wrap(data).getShort(FrameFormat.ATTEMPTS_OFFSET - FrameFormat.HEADER_BYTES);
        }

        String id() {
            int start = FrameFormat.ID_OFFSET - FrameFormat.HEADER_BYTES;
            return new String(data, start, MessageId.TEXT_BYTES, StandardCharsets.US_ASCII);
        }

        String body() {
            int start = FrameFormat.BODY_OFFSET - FrameFormat.HEADER_BYTES;
            return new String(data, start, data.length - start, StandardCharsets.UTF_8);
        }
    }

    TestClient(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(address, TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    TestClient magic() throws IOException {
        return send("  V2");
    }

    /** Sends text as Latin-1, so that any byte can be written as a character. */
    TestClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    TestClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    TestClient publish(String topic, String body) throws IOException {
        return send("PUB " + topic + "\n" + sized(body));
    }

    TestClient subscribe(String topic, String channel) throws IOException {
        send("SUB " + topic + " " + channel + "\n");
        return ok();
    }

    TestClient ok() throws IOException {
        assertThat(read().text()).isEqualTo("OK");
        return this;
    }

    Frame identify(String json) throws IOException {
        send("IDENTIFY\n" + sized(json));
        return read();
    }

    /** The next frame that is not a heartbeat. */
    Frame read() throws IOException {
        Frame frame = readAny();
        while (frame.type() == FrameFormat.TYPE_RESPONSE && frame.text().equals("_heartbeat_")) {
            send("NOP\n");
            frame = readAny();
        }
        return frame;
    }

    Frame readAny() throws IOException {
        int size = in.readInt();
        int type = in.readInt();
        byte[] data = new byte[size - Integer.BYTES];
        in.readFully(data);
        return new Frame(type, data);
    }

    Frame message() throws IOException {
        Frame frame = read();
        assertThat(frame.type()).as(frame.text()).isEqualTo(FrameFormat.TYPE_MESSAGE);
        return frame;
    }

    void expectError(String text) throws IOException {
        Frame frame = read();
        assertThat(frame.text()).isEqualTo(text);
        assertThat(frame.type()).isEqualTo(FrameFormat.TYPE_ERROR);
    }

    void expectEnd() throws IOException {
        try {
            assertThat(in.read()).isEqualTo(-1);
        } catch (java.net.SocketException e) {
            // A reset is an end, too.
            assertThat(e).isNotNull();
        }
    }

    void hangUp() throws IOException {
        socket.close();
    }

    void endInput() throws IOException {
        socket.shutdownOutput();
    }

    SSLSocket startTls(SSLContext context) throws IOException {
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
        encrypted.startHandshake();
        in = new DataInputStream(encrypted.getInputStream());
        out = encrypted.getOutputStream();
        socket = encrypted;
        return encrypted;
    }

    void startDeflate(int level) {
        in = new DataInputStream(new InflaterInputStream(in, new Inflater(true), 512));
        out = new DeflaterOutputStream(out, new Deflater(level, true), 512, true);
    }

    void startSnappy() {
        SnappyStreams snappy = new SnappyStreams(in);
        in = new DataInputStream(snappy);
        OutputStream plain = out;
        out = new FilterOutputStream(plain) {
            @Override
            public void write(byte[] bytes, int start, int length) throws IOException {
                plain.write(snappy.encode(bytes, start, length));
            }
        };
    }

    InputStream in() {
        return in;
    }

    static String sized(String body) {
        return int4(body.length()) + body;
    }

    static String int4(int number) {
        return "" + (char) (number >>> 24 & 0xFF) + (char) (number >>> 16 & 0xFF) + (char) (number >>> 8 & 0xFF)
                + (char) (number & 0xFF);
    }

    static String multi(String... bodies) {
        StringBuilder messages = new StringBuilder(int4(bodies.length));
        for (String body : bodies) {
            messages.append(sized(body));
        }
        return sized(messages.toString());
    }

    static byte[] latin1(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
