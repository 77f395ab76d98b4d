package dev.chaski.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A line between a client and a broker that can be cut, slowed down, or broken in the middle of what it carries. Two threads
 * per connection; the methods are for any thread. What is asked for happens to the connections that are open then; later
 * ones are sound.
 */
final class BadLine implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 << 10;
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    /** Which way bytes go. */
    enum Way {
        TO_BROKER,
        TO_CLIENT
    }

    /** What becomes of a connection after half a chunk. */
    enum Then {
        CUT,
        /** It stays open, and carries nothing more, until an end closes it. */
        STALL
    }

    /** The next chunk that goes this way is carried only in part. */
    private record Trap(Way way, Then then, double part) {}

    private final InetSocketAddress broker;
    private final ServerSocket server;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile long delayNs;

    BadLine(InetSocketAddress broker) throws IOException {
        this.broker = broker;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("bad-line").start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Connections whose client has not closed. */
    int open() {
        return open.size();
    }

    /** From now on every chunk is so late; zero: no more. */
    void delay(Duration time) {
        delayNs = time.toNanos();
    }

    /** Cuts all connections: either end sees a reset. */
    void cut() {
        open.forEach(Connection::cut);
    }

    /** Whether a sound connection is open, and no other. */
    boolean isRenewed() {
        return !open.isEmpty() && open.stream().noneMatch(each -> each.isStalled || each.trap.get() != null);
    }

    /** Breaks each connection in the middle of the next chunk that goes this way. */
    void halve(Way way, Then then, double part) {
        open.forEach(each -> each.trap.set(new Trap(way, then, part)));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofPlatform().daemon().name("bad-line-open").start(() -> connect(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket toBroker = new Socket();
        try {
            toBroker.connect(broker, CONNECT_TIMEOUT_MS);
            toBroker.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            close(client);
            close(toBroker);
            return;
        }
        Connection connection = new Connection(client, toBroker);
        open.add(connection);
        Thread.ofPlatform().daemon().name("bad-line-answers").start(() -> connection.pump(Way.TO_CLIENT));
        connection.pump(Way.TO_BROKER);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private final class Connection {
        private final Socket client;
        private final Socket toBroker;
        private final AtomicReference<Trap> trap = new AtomicReference<>();
        private final AtomicInteger pumping = new AtomicInteger(Way.values().length);
        private volatile boolean isStalled;

        Connection(Socket client, Socket toBroker) {
            this.client = client;
            this.toBroker = toBroker;
        }

        void pump(Way way) {
            Socket from = way == Way.TO_BROKER ? client : toBroker;
            Socket to = way == Way.TO_BROKER ? toBroker : client;
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] chunk = new byte[CHUNK_BYTES];
                for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                    carry(way, chunk, count, out);
                }
                if (isStalled) {
                    cut();
                } else {
                    to.shutdownOutput();
                }
            } catch (IOException e) {
                cut();
            } finally {
                if (way == Way.TO_BROKER) {
                    open.remove(this);
                }
                if (pumping.decrementAndGet() == 0) {
                    BadLine.close(client);
                    BadLine.close(toBroker);
                }
            }
        }

        private void carry(Way way, byte[] chunk, int count, OutputStream out) throws IOException {
            if (isStalled) {
                return;
            }
            if (delayNs > 0) {
                LockSupport.parkNanos(delayNs);
            }
            Trap sprung = trap.get();
            if (sprung == null || sprung.way() != way || count < 2 || !trap.compareAndSet(sprung, null)) {
                out.write(chunk, 0, count);
                return;
            }
            isStalled = true;
            out.write(chunk, 0, Math.clamp((long) (count * sprung.part()), 1, count - 1));
            if (sprung.then() == Then.CUT) {
                cut();
            }
        }

        void cut() {
            try {
                client.setSoLinger(true, 0);
            } catch (SocketException e) {
                // It is closed already.
            }
            close(client);
            close(toBroker);
        }
    }
}
