package dev.chaski.server.admin;

import dev.chaski.engine.SeenMessage;
import dev.chaski.engine.Topic;
import dev.chaski.engine.TopicTail;
import dev.chaski.server.admin.Views.Lost;
import dev.chaski.server.admin.Views.Point;
import dev.chaski.server.admin.Views.Sample;
import dev.chaski.server.http.Answer;
import dev.chaski.server.http.EventStream;
import dev.chaski.server.http.Request;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends events to clients for as long as they like: samples each second, and what is published to a topic. A client that
 * does not keep up loses events and is told how many; it holds up nobody. Each runs on a virtual thread of its own.
 */
final class Streams {
    /** At most 20 events a second. */
    private static final long TAIL_STEP_MS = 50;
    /** So that a tail shows 10,000 messages a second, and more than that are lost to it. */
    static final int TAIL_MESSAGES_MAX = 500;

    /** What a tail may begin with: a page of messages that came before it. */
    private static final int TAIL_LAST_MAX = 100;

    private static final int TAIL_BYTES_MAX = 192 << 10;
    private static final long HEARTBEAT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long SAMPLE_TIMEOUT_MS = 2_000;

    private final Sampler sampler;
    private final AdminServices services;
    private final Semaphore permits;

    Streams(AdminConfig config, AdminServices services, Sampler sampler) {
        this.sampler = sampler;
        this.services = services;
        this.permits = new Semaphore(config.streamsMax());
    }

    /** A sample a second. */
    Answer live() throws ApiException {
        return stream(this::live);
    }

    /** What is published to a topic from now on, after the {@code last} messages that came before. */
    Answer tail(Topic topic, Request request) throws ApiException {
        int bodyBytes = Messages.bodyBytes(request);
        TopicTail tail = topic.tail();
        tail.rewind(Params.number(request, "last", 0, 0, TAIL_LAST_MAX));
        return stream(out -> tail(tail, bodyBytes, out));
    }

    private Answer stream(Answer.Stream source) throws ApiException {
        if (permits.availablePermits() == 0) {
            throw tooMany();
        }
        return Answer.events(out -> {
            // Somebody else may have taken the last one meanwhile: then the stream ends as it begins.
            if (permits.tryAcquire()) {
                try {
                    out.heartbeat();
                    source.run(out);
                } finally {
                    permits.release();
                }
            }
        });
    }

    private static ApiException tooMany() {
        return new ApiException(
                503, "TOO_MANY_STREAMS", "as many streams are open as --console-streams-max allows: close some");
    }

    private void live(EventStream out) throws InterruptedException, IOException {
        long t = 0;
        while (!out.isClosed()) {
            Point point = sampler.awaitAfter(t, SAMPLE_TIMEOUT_MS);
            if (point == null) {
                out.heartbeat();
            } else {
                t = point.t();
                out.send("sample", Json.bytes(sample(point)));
            }
        }
    }

    private Sample sample(Point point) {
        return new Sample(
                point.t(),
                point.publishedPerSecond(),
                point.deliveredPerSecond(),
                point.finishedPerSecond(),
                point.depth(),
                point.inFlight(),
                point.p50Ms(),
                point.p99Ms(),
                point.diskUsedBytes(),
                services.stats().health());
    }

    private static void tail(TopicTail tail, int bodyBytes, EventStream out) throws InterruptedException, IOException {
        long lost = 0;
        long lastNs = System.nanoTime();
        while (out.pause(TAIL_STEP_MS) && !tail.isOver()) {
            lost += tail.skip(TAIL_MESSAGES_MAX);
            if (lost > 0 && out.send("lost", Json.bytes(new Lost(lost)))) {
                lost = 0;
                lastNs = System.nanoTime();
            }
            List<SeenMessage> messages = lost > 0 ? List.of() : tail.read(TAIL_MESSAGES_MAX, TAIL_BYTES_MAX, bodyBytes);
            if (!messages.isEmpty()) {
                byte[] json = Json.bytes(messages.stream().map(Messages::view).toList());
                lost += out.send("message", json) ? 0 : messages.size();
                lastNs = System.nanoTime();
            } else if (System.nanoTime() - lastNs > HEARTBEAT_NS) {
                out.heartbeat();
                lastNs = System.nanoTime();
            }
        }
    }
}
