package dev.chaski.server.admin;

import dev.chaski.engine.BrokerException;
import dev.chaski.server.admin.Actions.Verb;
import dev.chaski.server.admin.Views.Failure;
import dev.chaski.server.admin.Views.History;
import dev.chaski.server.admin.Views.Me;
import dev.chaski.server.http.Answer;
import dev.chaski.server.http.Endpoint;
import dev.chaski.server.http.Endpoint.Kind;
import dev.chaski.server.http.Endpoints;
import dev.chaski.server.http.Request;
import dev.chaski.server.http.Router;
import dev.chaski.server.stats.NodeInfo;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console's API under {@code /v1}: each path and who answers it. Nothing runs, and hardly anything is loaded, before
 * the first request. Any thread.
 */
public final class Admin implements Endpoints, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Admin.class);
    /** Pages that are made at a time: those of many topics take some memory. */
    private static final int PAGES_MAX = 4;

    private static final String TOPICS = "/v1/topics";
    private static final String TOPIC = TOPICS + "/{topic}";
    private static final String CHANNEL = TOPIC + "/channels/{channel}";

    private final AdminConfig config;
    private final AdminServices services;
    private final long maxDeferMs;
    private final Semaphore permits = new Semaphore(PAGES_MAX);
    private @Nullable Pages pages;
    private boolean isClosed;

    /**
     * The API of a node.
     *
     * @param config what it is told
     * @param services what it stands on
     * @param maxDeferMs longest deferral of a message, in milliseconds
     */
    public Admin(AdminConfig config, AdminServices services, long maxDeferMs) {
        this.config = config;
        this.services = services;
        this.maxDeferMs = maxDeferMs;
    }

    /** Those who answer. */
    private static final class Pages {
        private final AdminParts parts;
        private final TopicPages topics;
        private final NodePages nodes;
        private final Messages messages;
        private final Streams streams;

        private Pages(AdminParts parts, long maxDeferMs) {
            this.parts = parts;
            topics = new TopicPages(parts.figures(), parts.own());
            nodes = new NodePages(parts);
            messages = new Messages(parts.services(), parts.actions(), maxDeferMs);
            streams = new Streams(parts.config(), parts.services(), parts.sampler());
        }
    }

    private synchronized Pages pages() throws ApiException {
        if (isClosed) {
            throw new ApiException(503, "EXITING", "the broker is going down");
        }
        Pages made = pages;
        if (made == null) {
            made = new Pages(new AdminParts(config, services), maxDeferMs);
            pages = made;
        }
        return made;
    }

    @Override
    public void addTo(Router router) {
        router.addLazily("/v1/", this::addPages);
    }

    private void addPages(Router router) {
        router.add("GET", "/v1/me", page((pages, request) -> me(pages.parts, request)));
        router.add("GET", "/v1/overview", page((pages, request) -> pages.nodes.overview(request)));
        router.add("GET", "/v1/history", page(Admin::history));
        router.add("GET", "/v1/live", answering(Kind.BODYLESS, (pages, request) -> pages.streams.live()));
        router.add("GET", TOPICS, page((pages, request) -> pages.topics.topics(request)));
        router.addPattern("GET", TOPIC, page((pages, request) -> pages.topics.topic(request)));
        router.addPattern("GET", CHANNEL, page((pages, request) -> pages.topics.channel(request)));
        router.addPattern("GET", CHANNEL + "/messages", page((pages, request) -> pages.messages.peek(request)));
        router.addPattern(
                "GET",
                TOPIC + "/tail",
                answering(
                        Kind.BODYLESS, (pages, request) -> pages.streams.tail(pages.messages.topic(request), request)));
        router.add("GET", "/v1/nodes", page((pages, request) -> pages.nodes.nodes(request)));
        router.addPattern("GET", "/v1/nodes/{node}", page((pages, request) -> pages.nodes.node(request)));
        router.add(
                "GET",
                "/v1/lookups",
                page((pages, request) -> pages.parts.cluster().find().lookups()));
        addActions(router);
    }

    private void addActions(Router router) {
        router.add(
                "POST", TOPICS, change((pages, request) -> pages.parts.actions().create(request)));
        router.addPattern(
                "DELETE",
                TOPIC,
                change((pages, request) -> pages.parts.actions().topic(request, Verb.DELETE)));
        router.addPattern(
                "DELETE",
                CHANNEL,
                change((pages, request) -> pages.parts.actions().channel(request, Verb.DELETE)));
        for (Verb verb : List.of(Verb.PAUSE, Verb.UNPAUSE, Verb.EMPTY)) {
            String path = "/" + verb.name().toLowerCase(Locale.ROOT);
            router.addPattern(
                    "POST",
                    TOPIC + path,
                    change((pages, request) -> pages.parts.actions().topic(request, verb)));
            router.addPattern(
                    "POST",
                    CHANNEL + path,
                    change((pages, request) -> pages.parts.actions().channel(request, verb)));
        }
        router.addPattern("POST", TOPIC + "/messages", change((pages, request) -> pages.messages.publish(request)));
        router.addPattern(
                "DELETE",
                "/v1/nodes/{node}/topics/{topic}",
                change((pages, request) -> pages.parts.actions().tombstone(request)));
    }

    /** Makes what is answered as JSON. */
    private interface View {
        Object of(Pages pages, Request request) throws Exception;
    }

    private interface Handling {
        Answer answer(Pages pages, Request request) throws Exception;
    }

    /** Something that is shown; only a few at a time. */
    private Endpoint page(View view) {
        return answering(Kind.BODYLESS, (pages, request) -> {
            permits.acquire();
            try {
                return Json.answer(request, view.of(pages, request));
            } finally {
                permits.release();
            }
        });
    }

    /** Something that changes something. */
    private Endpoint change(View view) {
        return answering(Kind.BODY, (pages, request) -> Json.answer(request, view.of(pages, request)));
    }

    private Endpoint answering(Kind kind, Handling handling) {
        return new Endpoint(kind, request -> {
            try {
                return handling.answer(pages(), request);
            } catch (ApiException e) {
                return failure(e);
            } catch (BrokerException e) {
                return failure(ApiException.of(e));
            } catch (RuntimeException | IOException e) {
                LOG.error("a request failed", e);
                return failure(new ApiException(500, "INTERNAL_ERROR", "something went wrong: see the log"));
            }
        });
    }

    private static Answer failure(ApiException e) throws IOException {
        return Json.failure(e.status(), e.reason(), new Failure(e.code(), e.text()));
    }

    private Me me(AdminParts parts, Request request) {
        NodeInfo info = parts.own().info();
        String user = parts.guard().user(request);
        return new Me(
                user,
                parts.guard().isAdmin(user),
                config.isReadOnly(),
                config.version(),
                parts.own().key(),
                info.hostname(),
                info.tcpPort(),
                info.httpPort(),
                services.stats().keepsLatency(),
                config.lookups().get());
    }

    private static History history(Pages pages, Request request) throws ApiException {
        int seconds = Params.number(request, "seconds", Sampler.POINTS_MAX, 1, Sampler.POINTS_MAX);
        return new History(Sampler.STEP_MS, pages.parts.sampler().history(seconds));
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (pages != null) {
            pages.parts.close();
        }
    }
}
