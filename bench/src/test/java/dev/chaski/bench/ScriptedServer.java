package dev.chaski.bench;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * As much of a server as the load generator can be tested against: a queue per topic, no storing, a thread per connection. What
 * it does badly on purpose is set before the first connection.
 */
final class ScriptedServer implements AutoCloseable {
    /** Before it answers this publish (counted from 1) it stalls. */
    volatile long stallAtPublish = -1;

    volatile long stallMs;
    /** Sends every byte in a packet of its own. */
    volatile boolean tricklesBytes;
    /** Answers publishes with this error. */
    volatile String publishError = "";
    /** Delivers deferred messages at once. */
    volatile boolean deliversEarly;
    /** Takes this many messages and delivers none of them. */
    volatile long loses;

    final AtomicLong published = new AtomicLong();
    final AtomicLong delivered = new AtomicLong();
    final AtomicLong heartbeatsAnswered = new AtomicLong();
    final Set<String> finished = ConcurrentHashMap.newKeySet();
    final Set<String> topics = ConcurrentHashMap.newKeySet();
    /** What a client did that it must not. */
    final List<String> complaints = new CopyOnWriteArrayList<>();

    private final ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final Map<String, DelayQueue<Message>> queues = new ConcurrentHashMap<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private record Message(long id, ByteBuffer body, long dueNs) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNs, ((Message) other).dueNs);
        }
    }

    ScriptedServer() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Client(socket).run();
        } catch (IOException e) {
            // The client hung up.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection. */
    private final class Client {
        private final DataInputStream in;
        private final OutputStream out;
        private final AtomicLong inFlight = new AtomicLong();
        private volatile int rdy;
        private volatile boolean gone;

        Client(Socket socket) throws IOException {
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            out = socket.getOutputStream();
        }

        void run() throws IOException {
            byte[] magic = new byte[4];
            in.readFully(magic);
            if (!new String(magic, StandardCharsets.US_ASCII).equals("  V2")) {
                complaints.add("no magic");
            }
            try {
                while (true) {
                    command(line().split(" ", -1));
                }
            } finally {
                gone = true;
            }
        }

        private void command(String[] words) throws IOException {
            switch (words[0]) {
                case "IDENTIFY" -> identify();
                case "PUB" -> publish(words[1], 0, 1);
                case "DPUB" -> publish(words[1], deliversEarly ? 0 : Long.parseLong(words[2]), 1);
                case "MPUB" -> {
                    in.readInt();
                    publish(words[1], 0, in.readInt());
                }
                case "SUB" -> subscribe(queue(words[1]));
                case "RDY" -> rdy = Integer.parseInt(words[1]);
                case "FIN" -> finish(words[1]);
                case "NOP" -> heartbeatsAnswered.incrementAndGet();
                default -> complaints.add("unknown command " + words[0]);
            }
        }

        private void identify() throws IOException {
            String json = new String(body(), StandardCharsets.UTF_8);
            response("{\"max_rdy_count\":2500}");
            if (json.contains("\"heartbeat_interval\":1000")) {
                response("_heartbeat_");
            }
        }

        private void publish(String topic, long delayMs, int count) throws IOException {
            topics.add(topic);
            for (int i = 0; i < count; i++) {
                ByteBuffer body = ByteBuffer.wrap(body());
                long number = published.incrementAndGet();
                if (number == stallAtPublish) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(stallMs));
                }
                if (number > loses) {
                    queue(topic)
                            .add(new Message(number, body, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs)));
                }
            }
            if (publishError.isEmpty()) {
                response("OK");
            } else {
                frame(FrameFormat.TYPE_ERROR, publishError.getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void subscribe(DelayQueue<Message> queue) throws IOException {
            response("OK");
            Thread.ofVirtual().start(() -> {
                try {
                    deliver(queue);
                } catch (IOException | InterruptedException e) {
                    gone = true;
                }
            });
        }

        private void deliver(DelayQueue<Message> queue) throws IOException, InterruptedException {
            while (!gone) {
                if (inFlight.get() >= rdy) {
                    LockSupport.parkNanos(20_000);
                    continue;
                }
                Message message = queue.poll(100, TimeUnit.MILLISECONDS);
                if (message != null) {
                    inFlight.incrementAndGet();
                    delivered.incrementAndGet();
                    ByteBuffer frame = ByteBuffer.allocate(FrameFormat.frameBytes(message.body.remaining()) - 8);
                    frame.putLong(System.currentTimeMillis()).putShort((short) 1);
                    frame.put(MessageId.text(message.id).getBytes(StandardCharsets.US_ASCII))
                            .put(message.body);
                    frame(FrameFormat.TYPE_MESSAGE, frame.array());
                }
            }
        }

        private void finish(String id) {
            inFlight.decrementAndGet();
            if (!finished.add(id)) {
                complaints.add(id + " finished twice");
            }
        }

        private DelayQueue<Message> queue(String topic) {
            return queues.computeIfAbsent(topic, name -> new DelayQueue<>());
        }

        private byte[] body() throws IOException {
            byte[] body = new byte[in.readInt()];
            in.readFully(body);
            return body;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
                line.append((char) b);
            }
            return line.toString();
        }

        private void response(String text) throws IOException {
            frame(FrameFormat.TYPE_RESPONSE, text.getBytes(StandardCharsets.US_ASCII));
        }

        private synchronized void frame(int type, byte[] data) throws IOException {
            ByteBuffer frame = ByteBuffer.allocate(8 + data.length);
            frame.putInt(4 + data.length).putInt(type).put(data);
            if (!tricklesBytes) {
                out.write(frame.array());
                return;
            }
            for (byte b : frame.array()) {
                out.write(b);
            }
        }
    }
}
