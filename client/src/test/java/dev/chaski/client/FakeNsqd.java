package dev.chaski.client;

import dev.chaski.wire.FrameFormat;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a real socket that says what a test wants. Each connection runs the script on a thread of its own. */
final class FakeNsqd implements AutoCloseable {
    /** What is done with a connection whose IDENTIFY was answered. */
    interface Script {
        void run(Session session) throws Exception;
    }

    /** A command: its line without the end, and its body where it has one. */
    record Command(String line, String text) {
        String verb() {
            return line.split(" ", -1)[0];
        }
    }

    private static final Set<String> WITH_BODY = Set.of("IDENTIFY", "AUTH", "PUB", "MPUB", "DPUB");

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile String agreement = "{\"max_rdy_count\":2500,\"msg_timeout\":60000}";
    private volatile String identify = "";
    private volatile boolean isClosed;

    FakeNsqd(Script script) throws IOException {
        this(0, script);
    }

    FakeNsqd(int port, Script script) throws IOException {
        this.script = script;
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** What IDENTIFY is answered. */
    FakeNsqd agreement(Map<String, Object> fields) {
        StringBuilder json = new StringBuilder("{\"max_rdy_count\":2500");
        fields.forEach(
                (name, value) -> json.append(",\"").append(name).append("\":").append(value));
        agreement = json.append('}').toString();
        return this;
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** The connections that are open now. */
    int open() {
        return open.size();
    }

    /** The body of the last IDENTIFY. */
    String identify() {
        return identify;
    }

    /** What went wrong in a script. */
    List<Throwable> failures() {
        return failures;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                // A closed server socket may still accept what was on its way.
                if (isClosed) {
                    socket.close();
                    return;
                }
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Session session = new Session(socket);
            session.expectMagic();
            identify = session.expect("IDENTIFY").text();
            session.respond(agreement);
            script.run(session);
        } catch (IOException e) {
            // The client left, or the test.
        } catch (Throwable e) {
            failures.add(e);
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("the script failed", failures.getFirst());
        }
    }

    /** One connection, seen from the server. */
    static final class Session {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        private Session(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(socket.getOutputStream());
        }

        private void expectMagic() throws IOException {
            if (!new String(in.readNBytes(4), StandardCharsets.US_ASCII).equals("  V2")) {
                throw new AssertionError("no magic");
            }
        }

        /** The next command. */
        Command read() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException();
                }
                line.write(c);
            }
            String text = line.toString(StandardCharsets.US_ASCII);
            byte[] body = new byte[0];
            if (WITH_BODY.contains(text.split(" ", -1)[0])) {
                body = new byte[in.readInt()];
                in.readFully(body);
            }
            return new Command(text, new String(body, StandardCharsets.UTF_8));
        }

        /** The next command, which must be this one. */
        Command expect(String verb) throws IOException {
            Command command = read();
            if (!command.verb().equals(verb)) {
                throw new AssertionError("expected " + verb + ", not " + command.line());
            }
            return command;
        }

        void ok() throws IOException {
            respond("OK");
        }

        void respond(String text) throws IOException {
            frame(FrameFormat.TYPE_RESPONSE, text.getBytes(StandardCharsets.UTF_8));
        }

        void heartbeat() throws IOException {
            respond("_heartbeat_");
        }

        void error(String text) throws IOException {
            frame(FrameFormat.TYPE_ERROR, text.getBytes(StandardCharsets.UTF_8));
        }

        void message(String id, int attempts, String body) throws IOException {
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(data);
            fields.writeLong(System.currentTimeMillis() * 1_000_000);
            fields.writeShort(attempts);
            fields.write(id.getBytes(StandardCharsets.US_ASCII));
            fields.write(body.getBytes(StandardCharsets.UTF_8));
            frame(FrameFormat.TYPE_MESSAGE, data.toByteArray());
        }

        private void frame(int type, byte[] data) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(frame);
            fields.writeInt(data.length + Integer.BYTES);
            fields.writeInt(type);
            fields.write(data);
            raw(frame.toByteArray());
        }

        /** Bytes as they are. */
        synchronized void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Reads until the client closes. */
        void drain() throws IOException {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }

        /** Cuts the connection. */
        void cut() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
