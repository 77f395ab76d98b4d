package dev.chaski.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.http.Endpoint.Refused;
import dev.chaski.server.stats.NodeInfo;
import dev.chaski.server.stats.StatsQuery;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Tells of the node: health, what it is, its figures and its options. Any thread but an event loop. */
final class NodeEndpoints {
    /** Figures that are gathered at a time: those of many topics take some memory. */
    private static final int STATS_COUNT_MAX = 4;

    private static final int OK = 200;
    private static final int INTERNAL_ERROR = 500;

    private final HttpServices services;
    private final Semaphore statsPermits = new Semaphore(STATS_COUNT_MAX);

    /** Made for the first answer that needs it: Jackson would take a fifth of a broker's start. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    NodeEndpoints(HttpServices services) {
        this.services = services;
    }

    void addTo(Router router) {
        router.add("GET", "/ping", new Endpoint(Endpoint.Kind.BODYLESS, request -> ping()));
        router.add("GET", "/info", new Endpoint(Endpoint.Kind.BODYLESS, request -> info()));
        router.add("GET", "/stats", new Endpoint(Endpoint.Kind.BODYLESS, this::stats));
        router.addBelow("GET", "/config/", new Endpoint(Endpoint.Kind.BODYLESS, request -> option(request.argument())));
        router.addBelow("PUT", "/config/", new Endpoint(Endpoint.Kind.SETTING, this::change));
    }

    private Answer ping() {
        String health = services.stats().health();
        return health.equals("OK")
                ? Answer.text(200, "OK", health)
                : Answer.text(INTERNAL_ERROR, "Internal Server Error", health);
    }

    private Answer info() throws JsonProcessingException {
        NodeInfo node = services.node().get();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", node.version());
        fields.put("broadcast_address", node.broadcastAddress());
        fields.put("hostname", node.hostname());
        fields.put("http_port", node.httpPort());
        fields.put("tcp_port", node.tcpPort());
        fields.put("start_time", node.startTimeS());
        fields.put("max_heartbeat_interval", node.maxHeartbeatIntervalNs());
        fields.put("max_output_buffer_size", node.maxOutputBufferSizeBytes());
        fields.put("max_output_buffer_timeout", node.maxOutputBufferTimeoutNs());
        fields.put("max_deflate_level", node.maxDeflateLevel());
        if (!node.topologyZone().isEmpty()) {
            fields.put("topology_zone", node.topologyZone());
        }
        if (!node.topologyRegion().isEmpty()) {
            fields.put("topology_region", node.topologyRegion());
        }
        return Answer.nsqJson(Json.MAPPER.writeValueAsBytes(fields));
    }

    private Answer stats(Request request) throws Refused, IOException, InterruptedException {
        Query query = request.query();
        if (!query.isValid()) {
            throw new Refused(Answer.badRequest("INVALID_REQUEST"));
        }
        StatsQuery asked = new StatsQuery(
                orEmpty(query.get("topic")),
                orEmpty(query.get("channel")),
                isWanted(query.get("include_clients")),
                isWanted(query.get("include_mem")));
        boolean isJson = "json".equals(query.get("format"));
        Pieces pieces = new Pieces(services.loops().allocator());
        boolean isWhole = false;
        statsPermits.acquire();
        try {
            if (isJson) {
                services.stats().writeJson(asked, pieces);
            } else {
                services.stats().writeText(asked, pieces);
            }
            isWhole = true;
        } finally {
            statsPermits.release();
            if (!isWhole) {
                pieces.release();
            }
        }
        return Answer.nsqLong(isJson ? Answer.Type.JSON : Answer.Type.TEXT, pieces.taken());
    }

    /** As nsqd: only what clearly says no is a no. */
    private static boolean isWanted(@Nullable String value) {
        return !"false".equals(value) && !"0".equals(value);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private Answer option(String name) throws Refused, JsonProcessingException {
        Object value = services.settings().get(name);
        if (value == null) {
            throw new Refused(Answer.badRequest("INVALID_OPTION"));
        }
        return value instanceof String text
                ? Answer.nsqText(text)
                : Answer.nsqJson(Json.MAPPER.writeValueAsBytes(value));
    }

    private Answer change(Request request) throws JsonProcessingException {
        Answer answer = put(request);
        services.audit()
                .note(
                        new Audit.Actor(request.header(services.audit().userHeader()), request.remote()),
                        Audit.Act.here("config." + request.argument(), "", ""),
                        answer.status() == OK ? Audit.OK : answer.code());
        return answer;
    }

    private Answer put(Request request) throws JsonProcessingException {
        if (request.body().isEmpty()) {
            return Answer.tooLarge("INVALID_VALUE");
        }
        return switch (services.settings().put(request.argument(), request.body())) {
            case DONE -> {
                Object now = Objects.requireNonNull(services.settings().get(request.argument()));
                yield now instanceof String text
                        ? Answer.nsqText(text)
                        : Answer.nsqJson(Json.MAPPER.writeValueAsBytes(now));
            }
            case NOT_CHANGEABLE -> Answer.badRequest("INVALID_OPTION");
            case INVALID_VALUE -> Answer.badRequest("INVALID_VALUE");
        };
    }
}
