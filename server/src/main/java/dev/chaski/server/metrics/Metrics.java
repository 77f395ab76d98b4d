package dev.chaski.server.metrics;

import dev.chaski.engine.Broker;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.http.Endpoint;
import dev.chaski.server.http.Endpoints;
import dev.chaski.server.http.Gzip;
import dev.chaski.server.http.Router;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.stats.Stats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: reads the counters that stand, when it is asked and only then. Any thread but an event loop; one
 * answer is made at a time.
 */
public final class Metrics implements Endpoints {
    private final Sources sources;
    private final int topicsMax;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable TopicMetrics topics;
    private @Nullable NodeMetrics node;

    /**
     * Where the figures come from.
     *
     * @param broker topics and channels
     * @param loops event loops and connections
     * @param clients who is connected for NSQ
     * @param stats whether the node is well
     * @param dataPath folder of the messages
     * @param version of this broker
     * @param diskLowWaterBytes below this much room publishing stops
     */
    public record Sources(
            Broker broker,
            Loops loops,
            Clients clients,
            Stats stats,
            Path dataPath,
            String version,
            long diskLowWaterBytes) {}

    /**
     * The metrics of a node.
     *
     * @param sources where they come from
     * @param topicsMax how many topics have figures of their own
     */
    public Metrics(Sources sources, int topicsMax) {
        this.sources = sources;
        this.topicsMax = topicsMax;
    }

    @Override
    public void addTo(Router router) {
        router.add(
                "GET",
                "/metrics",
                new Endpoint(
                        Endpoint.Kind.BODYLESS,
                        request -> Gzip.written(
                                request,
                                Exposition.CONTENT_TYPE,
                                sources.loops().allocator(),
                                this::write)));
    }

    /** Writes everything. */
    void write(OutputStream out) throws IOException {
        lock.lock();
        try {
            TopicMetrics ofTopics = topics;
            NodeMetrics ofNode = node;
            if (ofTopics == null || ofNode == null) {
                ofTopics = new TopicMetrics(sources.broker(), topicsMax);
                ofNode = new NodeMetrics(sources);
                topics = ofTopics;
                node = ofNode;
            }
            Exposition text = new Exposition(out);
            ofNode.write(text);
            ofTopics.write(text);
            text.end();
        } finally {
            lock.unlock();
        }
    }
}
