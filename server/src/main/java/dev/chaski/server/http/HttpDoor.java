package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.loops.BodyMemory;
import dev.chaski.server.loops.Door;
import dev.chaski.server.loops.Loops;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The HTTP or HTTPS door: what its connections share. Any thread. */
public final class HttpDoor extends Door<HttpConnection> {
    private static final int READ_BYTES_MAX = 64 << 10;

    private final HttpDoorConfig config;
    private final Loops loops;
    private final @Nullable Broker broker;
    private final Endpoints endpoints;
    private volatile @Nullable Router router;
    private final Router.@Nullable Match pub;
    private final IdentityHashMap<Loop, HttpLoop> httpLoops = new IdentityHashMap<>();

    private HttpDoor(HttpDoorConfig config, HttpServices services) {
        super(services.loops(), terms(config));
        this.config = config;
        loops = services.loops();
        Broker publishesTo = services.broker();
        broker = publishesTo;
        Endpoint publish = new Endpoint(Endpoint.Kind.MESSAGE, null);
        pub = new Router.Match(publish, "", Map.of(), null);
        endpoints = routes -> {
            routes.add("POST", "/pub", publish);
            routes.add("POST", "/mpub", new Endpoint(Endpoint.Kind.MESSAGES, null));
            new TopicEndpoints(publishesTo, services.audit()).addTo(routes);
            new NodeEndpoints(services).addTo(routes);
            new DebugEndpoints().addTo(routes);
            services.more().forEach(more -> more.addTo(routes));
        };
        for (Loop loop : loops.all()) {
            httpLoops.put(loop, new HttpLoop(loop, publishesTo.publisher(loop), services.clock()));
        }
    }

    private HttpDoor(HttpDoorConfig config, LookupServices services) {
        super(services.loops(), terms(config));
        this.config = config;
        loops = services.loops();
        broker = null;
        pub = null;
        endpoints = routes -> {
            new LookupEndpoints(services).addTo(routes);
            new DebugEndpoints().addProfilesTo(routes);
        };
        for (Loop loop : loops.all()) {
            httpLoops.put(loop, new HttpLoop(loop, null, services.clock()));
        }
    }

    private static Terms terms(HttpDoorConfig config) {
        String name = config.certificates() == null ? "HTTP" : "HTTPS";
        return new Terms(name, config.address(), config.limits().maxConnections(), READ_BYTES_MAX);
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
        door.listen();
        return door;
    }

    /**
     * Starts to listen for those who look for nodes: nsqlookupd's API, and nothing of a broker's.
     *
     * @param config where, and how much clients may ask
     * @param services what the door stands on
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static HttpDoor openLookup(HttpDoorConfig config, LookupServices services) throws IOException {
        HttpDoor door = new HttpDoor(config, services);
        door.listen();
        return door;
    }

    @Override
    protected HttpConnection connection(SocketChannel channel) {
        Loop loop = loops.of(channel.eventLoop());
        return new HttpConnection(this, Objects.requireNonNull(httpLoops.get(loop)), channel);
    }

    /** Where messages go to; for a door that takes publishes. */
    Broker broker() {
        return Objects.requireNonNull(broker, "a door without publishes");
    }

    BodyMemory bodyMemory() {
        return loops.bodyMemory();
    }

    HttpDoorConfig config() {
        return config;
    }

    HttpLimits limits() {
        return config.limits();
    }

    /** Filled by the first request that asks for more than {@link #pub}: a start need not pay for it. */
    Router router() {
        Router filled = router;
        return filled == null ? fillRouter() : filled;
    }

    private synchronized Router fillRouter() {
        Router filled = router;
        if (filled == null) {
            filled = new Router();
            endpoints.addTo(filled);
            router = filled;
        }
        return filled;
    }

    /** What nearly all requests ask for, where publishes are taken. */
    Router.@Nullable Match pub() {
        return pub;
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
}
