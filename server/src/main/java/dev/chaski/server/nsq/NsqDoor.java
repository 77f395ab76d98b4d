package dev.chaski.server.nsq;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The NSQ TCP door: listens, and keeps the connections. Any thread. */
public final class NsqDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NsqDoor.class);
    /** Connections that the system keeps until they are accepted. */
    private static final int BACKLOG_COUNT = 4096;
    /** Bounds of what one read asks for; it adapts to what comes. */
    private static final int READ_BYTES_MIN = 512;

    private static final int READ_BYTES_INITIAL = 2048;
    private static final int READ_BYTES_MAX = 128 << 10;
    /** Unsent bytes of a connection above which it is sent no more messages, and below which it is again. */
    private static final int UNSENT_BYTES_HIGH = 256 << 10;

    private static final int UNSENT_BYTES_LOW = 64 << 10;
    private static final long MS_PER_SECOND = 1000;

    private final NsqDoorConfig config;
    private final Broker broker;
    private final Loops loops;
    private final Clients clients;
    private final IdentityHashMap<Loop, DoorLoop> doorLoops = new IdentityHashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private final Channel acceptor;
    private volatile boolean isDraining;

    private NsqDoor(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) throws IOException {
        this.config = config;
        this.broker = broker;
        this.loops = loops;
        this.clients = clients;
        Deletions deletions = new Deletions();
        broker.listen(deletions);
        for (Loop loop : loops.all()) {
            CompletableFuture<DoorLoop> made = CompletableFuture.supplyAsync(() -> doorLoop(loop, deletions), loop);
            doorLoops.put(loop, made.join());
        }
        acceptor = bind();
    }

    /**
     * Starts to listen.
     *
     * @param config where, and what is offered
     * @param broker where messages go to and come from
     * @param loops those that the broker was opened with
     * @param clients told who is connected
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static NsqDoor open(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) throws IOException {
        return new NsqDoor(config, broker, loops, clients);
    }

    private DoorLoop doorLoop(Loop loop, Deletions deletions) {
        Topics topics = new Topics(broker, deletions);
        return new DoorLoop(loop, broker.publisher(loop), topics, new Clockwork(loop, System::nanoTime));
    }

    private Channel bind() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group(), loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG_COUNT)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, loops.allocator())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_INITIAL, READ_BYTES_MAX))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES_LOW, UNSENT_BYTES_HIGH))
                .childHandler(new Welcome());
        var bound = bootstrap.bind(config.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "the NSQ door cannot listen on " + config.address() + ": " + bound.cause(), bound.cause());
        }
        return bound.channel();
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port that the system chose where 0 was asked for
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) acceptor.localAddress();
    }

    /**
     * How many are connected.
     *
     * @return 0 or more
     */
    public int connectionCount() {
        return connections.size();
    }

    /** Accepts nobody any more; those who are connected stay. Blocks; not on a loop. */
    public void closeAcceptor() {
        acceptor.close().awaitUninterruptibly();
    }

    /**
     * Answers what was received, sends what is unsent and closes every connection.
     *
     * @return completed when nobody is connected
     */
    public CompletableFuture<Void> drain() {
        isDraining = true;
        connections.forEach(Connection::drain);
        completeWhenEmpty();
        return empty;
    }

    /** Accepts nobody any more and closes every connection at once. Blocks; not on a loop. */
    @Override
    public void close() {
        closeAcceptor();
        connections.forEach(Connection::disconnect);
    }

    NsqDoorConfig config() {
        return config;
    }

    Broker broker() {
        return broker;
    }

    Loops loops() {
        return loops;
    }

    Clients clients() {
        return clients;
    }

    DoorLoop loop(Loop loop) {
        DoorLoop found = doorLoops.get(loop);
        if (found == null) {
            throw new IllegalArgumentException("not a loop that the door was opened with");
        }
        return found;
    }

    long nowSeconds() {
        return System.currentTimeMillis() / MS_PER_SECOND;
    }

    void gone(Connection connection) {
        clients.remove(connection);
        connections.remove(connection);
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (isDraining && connections.isEmpty()) {
            empty.complete(null);
        }
    }

    /** Gives each new connection its handler. */
    private final class Welcome extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            if (isDraining || connections.size() >= config.limits().connectionCountMax()) {
                LOG.warn(
                        "connection refused, there are too many client={} count={}",
                        channel.remoteAddress(),
                        connections.size());
                channel.close();
                return;
            }
            Connection connection = new Connection(NsqDoor.this, channel, loop(loops.of(channel.eventLoop())));
            connections.add(connection);
            channel.pipeline().addLast(Connection.HANDLER, connection);
            connection.opened();
        }
    }
}
