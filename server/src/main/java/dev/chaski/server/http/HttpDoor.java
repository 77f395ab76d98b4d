package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.loops.Acceptor;
import dev.chaski.server.loops.BodyMemory;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The HTTP or HTTPS door: what its connections share. Any thread. */
public final class HttpDoor implements AutoCloseable {
    private static final int READ_BYTES_MAX = 64 << 10;

    private final HttpDoorConfig config;
    private final HttpServices services;
    private final Router router = new Router();
    private final Router.Match pub;
    private final IdentityHashMap<Loop, HttpLoop> httpLoops = new IdentityHashMap<>();
    private final Acceptor<HttpConnection> acceptor;

    private HttpDoor(HttpDoorConfig config, HttpServices services) {
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
        Acceptor.Terms terms = new Acceptor.Terms(
                config.certificates() == null ? "HTTP" : "HTTPS",
                config.address(),
                config.limits().maxConnections(),
                READ_BYTES_MAX);
        acceptor = new Acceptor<>(services.loops(), terms, this::connection);
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
        HttpDoor door = new HttpDoor(config, services);
        door.acceptor.listen();
        return door;
    }

    private HttpConnection connection(SocketChannel channel) {
        Loop loop = services.loops().of(channel.eventLoop());
        return new HttpConnection(this, Objects.requireNonNull(httpLoops.get(loop)), channel);
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port that the system chose where 0 was asked for
     */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /**
     * How many are connected.
     *
     * @return 0 or more
     */
    public int connectionCount() {
        return acceptor.connectionCount();
    }

    /** Accepts nobody any more; those who are connected stay. Blocks; not on a loop. */
    public void closeAcceptor() {
        acceptor.stop();
    }

    /**
     * Answers what was received, sends what is unsent and closes every connection.
     *
     * @return completed when nobody is connected
     */
    public CompletableFuture<Void> drain() {
        return acceptor.drain();
    }

    /** Accepts nobody any more and closes every connection at once. Blocks; not on a loop. */
    @Override
    public void close() {
        acceptor.close();
    }

    Broker broker() {
        return services.broker();
    }

    BodyMemory bodyMemory() {
        return services.loops().bodyMemory();
    }

    HttpDoorConfig config() {
        return config;
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
        return acceptor.isDraining();
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
        acceptor.gone(connection);
    }
}
