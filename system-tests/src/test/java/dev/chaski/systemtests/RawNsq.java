package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One connection that speaks the NSQ protocol by hand and believes nothing: every frame it reads is checked. Used by one
 * thread. It is independent of the project's own codecs, so that both cannot be wrong in the same way.
 */
final class RawNsq implements Closeable {
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int MESSAGE_HEADER_BYTES = 26;
    private static final String NEVER_GRANTED_ID = "0000000000000001";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private RawNsq(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    /** What a server sends. */
    sealed interface Frame {}

    /** A reply. */
    record Response(String text) implements Frame {}

    /** An error. */
    record Failure(String text) implements Frame {
        boolean isFatal() {
            return !text.matches("E_(FIN|REQ|TOUCH)_FAILED.*");
        }
    }

    /** A message. */
    static final class Message implements Frame {
        private final int attempts;
        private final String id;
        private final byte[] body;

        private Message(int attempts, String id, byte[] body) {
            this.attempts = attempts;
            this.id = id;
            this.body = body;
        }

        int attempts() {
            return attempts;
        }

        String id() {
            return id;
        }

        byte[] body() {
            return body;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return "message " + id + " attempts " + attempts + " of " + body.length + " bytes";
        }
    }

    /** Connects and says which protocol it speaks. */
    static RawNsq connect(InetSocketAddress address) throws IOException {
        RawNsq nsq = connectSilently(address);
        nsq.send("  V2");
        return nsq;
    }

    /** Connects and says nothing. */
    static RawNsq connectSilently(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.connect(address, READ_TIMEOUT_MS);
        return new RawNsq(socket);
    }

    /** Limits how long a read waits. */
    RawNsq readTimeoutMs(int timeoutMs) throws SocketException {
        socket.setSoTimeout(timeoutMs);
        return this;
    }

    /** Bytes as they are, sent at once. */
    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Latin-1 text as it is, sent at once. */
    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void flush() throws IOException {
        out.flush();
    }

    private void line(String command) throws IOException {
        out.write(command.getBytes(StandardCharsets.ISO_8859_1));
        out.write('\n');
    }

    private void sized(byte[] body) throws IOException {
        out.writeInt(body.length);
        out.write(body);
    }

    /** IDENTIFY; the answer is to be read. */
    void identify(String json) throws IOException {
        line("IDENTIFY");
        sized(json.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Writes a PUB to the buffer: {@link #flush} sends it, and its answer is to be read. */
    void pub(String topic, byte[] body) throws IOException {
        line("PUB " + topic);
        sized(body);
    }

    /** Writes a DPUB to the buffer. */
    void dpub(String topic, long deferMs, byte[] body) throws IOException {
        line("DPUB " + topic + " " + deferMs);
        sized(body);
    }

    /** Writes an MPUB to the buffer. */
    void mpub(String topic, List<byte[]> bodies) throws IOException {
        line("MPUB " + topic);
        int size = 4;
        for (byte[] body : bodies) {
            size += 4 + body.length;
        }
        out.writeInt(size);
        out.writeInt(bodies.size());
        for (byte[] body : bodies) {
            sized(body);
        }
    }

    /** Publishes one message and waits until it is acknowledged. */
    void publish(String topic, byte[] body) throws IOException {
        pub(topic, body);
        out.flush();
        expectOk();
    }

    /** Subscribes and waits for the answer; RDY is still 0. */
    RawNsq subscribe(String topic, String channel) throws IOException {
        line("SUB " + topic + " " + channel);
        out.flush();
        expectOk();
        return this;
    }

    /** RDY, sent at once. */
    RawNsq ready(int count) throws IOException {
        line("RDY " + count);
        out.flush();
        return this;
    }

    /** Writes a FIN to the buffer. */
    void finish(String id) throws IOException {
        line("FIN " + id);
    }

    /** Writes a REQ to the buffer. */
    void requeue(String id, long delayMs) throws IOException {
        line("REQ " + id + " " + delayMs);
    }

    /** Writes a TOUCH to the buffer. */
    void touch(String id) throws IOException {
        line("TOUCH " + id);
    }

    /** The next frame; heartbeats are answered on the way. */
    Frame read() throws IOException {
        while (true) {
            Frame frame = readFrame();
            if (frame instanceof Response(String text) && text.equals("_heartbeat_")) {
                line("NOP");
                out.flush();
            } else {
                return frame;
            }
        }
    }

    private Frame readFrame() throws IOException {
        int size = in.readInt();
        assertThat(size).as("size of a frame").isBetween(4, FRAME_BYTES_MAX);
        int type = in.readInt();
        byte[] data = new byte[size - 4];
        in.readFully(data);
        return switch (type) {
            case 0 -> new Response(new String(data, StandardCharsets.UTF_8));
            case 1 -> new Failure(new String(data, StandardCharsets.UTF_8));
            case 2 -> message(data);
            default -> throw new AssertionError("unknown frame type " + type);
        };
    }

    private static Message message(byte[] data) {
        assertThat(data.length).as("bytes of a message frame").isGreaterThanOrEqualTo(MESSAGE_HEADER_BYTES);
        var buffer = java.nio.ByteBuffer.wrap(data);
        long timestampNs = buffer.getLong();
        int attempts = buffer.getShort() & 0xFFFF;
        byte[] id = new byte[16];
        buffer.get(id);
        byte[] body = new byte[buffer.remaining()];
        buffer.get(body);
        String idText = new String(id, StandardCharsets.US_ASCII);
        assertThat(attempts).as("attempts of %s", idText).isPositive();
        assertThat(ID.matcher(idText).matches()).as("id %s", idText).isTrue();
        assertThat(timestampNs / 1_000_000)
                .as("publish time of %s", idText)
                .isBetween(1_500_000_000_000L, System.currentTimeMillis() + 1_000);
        return new Message(attempts, idText, body);
    }

    /** The next frame, which must be a message. */
    Message readMessage() throws IOException {
        Frame frame = read();
        assertThat(frame).isInstanceOf(Message.class);
        return (Message) frame;
    }

    /** Whether something can be read without waiting. */
    boolean hasInput() throws IOException {
        return in.available() > 0;
    }

    void expectOk() throws IOException {
        assertThat(read()).isEqualTo(new Response("OK"));
    }

    /** The next frame must be this error. */
    void expectError(String text) throws IOException {
        assertThat(read()).isEqualTo(new Failure(text));
    }

    /** Nothing more comes: the other side closed, in an orderly way or with a reset. */
    void expectClosed() throws IOException {
        try {
            int rest = 0;
            while (in.read() >= 0) {
                rest++;
            }
            assertThat(rest).as("bytes before the connection was closed").isZero();
        } catch (EOFException | SocketException e) {
            // A reset is an end, too: the server closed while bytes of ours were unread.
            assertThat(e).hasMessageNotContaining("timed out");
        }
    }

    /** Asks for an error that proves, when it comes, that the broker has read all commands before; sent at once. */
    void probe() throws IOException {
        touch(NEVER_GRANTED_ID);
        out.flush();
    }

    /** Whether this answers a {@link #probe}. */
    static boolean isProof(Frame frame) {
        return frame instanceof Failure(String text) && text.startsWith("E_TOUCH_FAILED TOUCH " + NEVER_GRANTED_ID);
    }

    /** Finishes a message and waits until the broker has surely read that. */
    void finishSurely(String id) throws IOException {
        finish(id);
        probe();
        Frame frame = read();
        assertThat(isProof(frame)).as("answer to a probe: %s", frame).isTrue();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
