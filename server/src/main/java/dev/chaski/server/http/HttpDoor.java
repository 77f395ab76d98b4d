package dev.chaski.server.http;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.loops.BodyMemory;
import dev.chaski.server.loops.Door;
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
    private final HttpServices services;
    private final Router router = new Router();
    private final Router.Match pub;
    private final IdentityHashMap<Loop, HttpLoop> httpLoops = new IdentityHashMap<>();

    private HttpDoor(HttpDoorConfig config, HttpServices services) {
        super(services.loops(), terms(config));
        this.config = config;
        this.services = services;
        Endpoint publish = new Endpoint(Endpoint.Kind.MESSAGE, null);
        pub = new Router.Match(publish, "", Map.of(), null);
        router.add("POST", "/pub", publish);
        router.add("POST", "/mpub", new Endpoint(Endpoint.Kind.MESSAGES, null));
        new TopicEndpoints(services.broker(), services.audit()).addTo(router);
        new NodeEndpoints(services).addTo(router);
        new DebugEndpoints().addTo(router);
        services.more().forEach(endpoints -> endpoints.addTo(router));
        for (Loop loop : services.loops().all()) {
            httpLoops.put(loop, new HttpLoop(loop, services.broker().publisher(loop), services.clock()));
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

    @Override
    protected HttpConnection connection(SocketChannel channel) {
        Loop loop = services.loops().of(channel.eventLoop());
        return new HttpConnection(this, Objects.requireNonNull(httpLoops.get(loop)), channel);
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
