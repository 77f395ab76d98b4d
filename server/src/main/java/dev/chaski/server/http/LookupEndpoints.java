package dev.chaski.server.http;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.directory.DirectoryView.Found;
import dev.chaski.server.http.Endpoint.Refused;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;

/** Answers those who look for nodes, as nsqlookupd does. Any thread but an event loop. */
final class LookupEndpoints {
    /** Long answers that are made at a time: those of many nodes with many topics take some memory. */
    private static final int LONG_COUNT_MAX = 2;

    private static final int NOT_FOUND = 404;

    private final LookupServices services;
    private final Directory directory;
    private final Semaphore longPermits = new Semaphore(LONG_COUNT_MAX);

    LookupEndpoints(LookupServices services) {
        this.services = services;
        directory = services.directory();
    }

    void addTo(Router router) {
        get(router, "/ping", request -> Answer.text(200, "OK", "OK"));
        get(router, "/info", request -> json(out -> LookupJson.info(out, services.version())));
        get(
                router,
                "/topics",
                request -> longJson(
                        out -> LookupJson.names(out, "topics", directory.view().topics())));
        get(router, "/channels", this::channels);
        get(router, "/lookup", this::lookup);
        get(
                router,
                "/nodes",
                request ->
                        longJson(out -> LookupJson.nodes(out, directory.view().nodeTopics())));
        get(
                router,
                "/debug",
                request -> longJson(out ->
                        LookupJson.debug(out, directory.view(), services.clock().millis())));
        post(router, "/topic/create", this::createTopic);
        post(router, "/topic/delete", request -> {
            directory.deleteTopic(topic(request));
            return Answer.nsqNothing();
        });
        post(router, "/topic/tombstone", request -> {
            String topic = topic(request);
            directory.bury(topic, required(request, "node", "MISSING_ARG_NODE"));
            return Answer.nsqNothing();
        });
        post(router, "/channel/create", this::createChannel);
        post(router, "/channel/delete", this::deleteChannel);
    }

    private static void get(Router router, String path, Endpoint.Handler handler) {
        router.add("GET", path, new Endpoint(Endpoint.Kind.BODYLESS, handler));
    }

    private static void post(Router router, String path, Endpoint.Handler handler) {
        router.add("POST", path, new Endpoint(Endpoint.Kind.BODYLESS, handler));
    }

    // What is asked.

    private Answer channels(Request request) throws Refused, IOException {
        String topic = topic(request);
        return json(out -> LookupJson.names(out, "channels", directory.view().channels(topic)));
    }

    private Answer lookup(Request request) throws Refused, IOException {
        Found found = directory.view().find(topic(request));
        if (found == null) {
            throw new Refused(Answer.error(NOT_FOUND, "Not Found", "TOPIC_NOT_FOUND"));
        }
        return json(out -> LookupJson.found(out, found));
    }

    private static String topic(Request request) throws Refused {
        if (!request.query().isValid()) {
            throw new Refused(Answer.badRequest("INVALID_REQUEST"));
        }
        return required(request, "topic", "MISSING_ARG_TOPIC");
    }

    private static String required(Request request, String name, String code) throws Refused {
        String value = request.query().get(name);
        if (value == null) {
            throw new Refused(Answer.badRequest(code));
        }
        return value;
    }

    // What is changed.

    private Answer createTopic(Request request) throws Refused {
        return created(directory.create(valid(topic(request), "INVALID_ARG_TOPIC"), ""));
    }

    private Answer createChannel(Request request) throws Refused {
        String topic = valid(topic(request), "INVALID_ARG_TOPIC");
        return created(directory.create(topic, channel(request)));
    }

    private Answer deleteChannel(Request request) throws Refused {
        String topic = valid(topic(request), "INVALID_ARG_TOPIC");
        if (!directory.deleteChannel(topic, channel(request))) {
            throw new Refused(Answer.error(NOT_FOUND, "Not Found", "CHANNEL_NOT_FOUND"));
        }
        return Answer.nsqNothing();
    }

    private static String channel(Request request) throws Refused {
        return valid(required(request, "channel", "MISSING_ARG_CHANNEL"), "INVALID_ARG_CHANNEL");
    }

    private static String valid(String name, String code) throws Refused {
        if (!Names.isValid(name)) {
            throw new Refused(Answer.badRequest(code));
        }
        return name;
    }

    private static Answer created(boolean fits) throws Refused {
        if (!fits) {
            throw new Refused(Answer.error(503, "Service Unavailable", "LIMIT_REACHED"));
        }
        return Answer.nsqNothing();
    }

    // How it is told.

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private Answer longJson(Body body) throws IOException, InterruptedException {
        longPermits.acquire();
        try {
            return json(body);
        } finally {
            longPermits.release();
        }
    }

    private Answer json(Body body) throws IOException {
        Pieces pieces = new Pieces(services.loops().allocator());
        boolean isWhole = false;
        try {
            body.write(pieces);
            isWhole = true;
        } finally {
            if (!isWhole) {
                pieces.release();
            }
        }
        return Answer.nsqLong(Answer.Type.JSON, pieces.taken());
    }
}
