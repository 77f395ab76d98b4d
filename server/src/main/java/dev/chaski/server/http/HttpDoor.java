package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP or HTTPS door: listens, and keeps the connections. Any thread. */
public final class HttpDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    /** Connections that the system keeps until they are accepted. */
    private static final int BACKLOG_COUNT = 4096;
    /** Bounds of what one read asks for; it adapts to what comes. */
    private static final int READ_BYTES_MIN = 512;

    private static final int READ_BYTES_INITIAL = 2048;
    private static final int READ_BYTES_MAX = 64 << 10;
    /** Unsent bytes of a connection above which it is asked nothing more, and below which it is again. */
    private static final int UNSENT_BYTES_HIGH = 256 << 10;

    private static final int UNSENT_BYTES_LOW = 64 << 10;
    /** Refused connections are told to the operator when their count reaches a power of two. */
    private final AtomicLong refusedCount = new AtomicLong();

    private final HttpDoorConfig config;
    private final HttpServices services;
    private final Router router = new Router();
    private final Router.Match pub;
    private final IdentityHashMap<Loop, HttpLoop> httpLoops = new IdentityHashMap<>();
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private final Channel acceptor;
    private volatile boolean isDraining;

    private HttpDoor(HttpDoorConfig config, HttpServices services) throws IOException {
        this.config = config;
        this.services = services;
        Endpoint publish = new Endpoint(Endpoint.Kind.MESSAGE, null);
        pub = new Router.Match(publish, "", null);
        router.add("POST", "/pub", publish);
        router.add("POST", "/mpub", new Endpoint(Endpoint.Kind.MESSAGES, null));
        new TopicEndpoints(services.broker()).addTo(router);
        new NodeEndpoints(services).addTo(router);
        new DebugEndpoints().addTo(router);
        for (Loop loop : services.loops().all()) {
            httpLoops.put(loop, new HttpLoop(loop, services.broker().publisher(loop), services.clock()));
        }
        acceptor = bind();
    }

    /**
     * Starts to listen.
     *
     * @param config where, and how much clients may ask
     * @param services what the door stands on
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static HttpDoor open(HttpDoorConfig config, HttpServices services) throws IOException {
        return new HttpDoor(config, services);
    }

    private Channel bind() throws IOException {
        Loops loops = services.loops();
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
            String door = config.certificates() == null ? "HTTP" : "HTTPS";
            throw new IOException(
                    "the " + door + " door cannot listen on " + config.address() + ": " + bound.cause(), bound.cause());
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
        connections.forEach(HttpConnection::drain);
        completeWhenEmpty();
        return empty;
    }

    /** Accepts nobody any more and closes every connection at once. Blocks; not on a loop. */
    @Override
    public void close() {
        closeAcceptor();
        connections.forEach(HttpConnection::disconnect);
    }

    Broker broker() {
        return services.broker();
    }

    HttpLimits limits() {
        return config.limits();
    }

    Router router() {
        return router;
    }

    /** What nearly all requests ask for. */
    Router.Match pub() {
        return pub;
    }

    boolean isDraining() {
        return isDraining;
    }

    /** What every request is answered where only HTTPS is served, else null. */
    @Nullable
    Answer tlsOnly() {
        if (config.tlsOnlyPort() == null) {
            return null;
        }
        String body = "{\"message\": \"TLS_REQUIRED\", \"https_port\": "
                + config.tlsOnlyPort().getAsInt() + "}";
        return Answer.nsqError(403, "Forbidden", body);
    }

    void gone(HttpConnection connection) {
        connections.remove(connection);
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (isDraining && connections.isEmpty()) {
            empty.complete(null);
        }
    }

    private void refuse(SocketChannel channel) {
        long count = refusedCount.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn(
                    "HTTP connection refused, there are too many client={} connections={} refused_so_far={}",
                    channel.remoteAddress(),
                    connections.size(),
                    count);
        }
        channel.close();
    }

    /** Gives each new connection its handlers. */
    private final class Welcome extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            if (isDraining || connections.size() >= config.limits().maxConnections()) {
                refuse(channel);
                return;
            }
            Loop loop = services.loops().of(channel.eventLoop());
            RequestDecoder decoder = new RequestDecoder(config.limits());
            HttpConnection connection =
                    new HttpConnection(HttpDoor.this, Objects.requireNonNull(httpLoops.get(loop)), channel, decoder);
            connections.add(connection);
            if (config.certificates() != null) {
                channel.pipeline().addLast(config.certificates().context().newHandler(channel.alloc()));
            }
            channel.pipeline().addLast(decoder, connection);
        }
    }
}
