package dev.chaski.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.chaski.server.directory.DirectoryView;
import dev.chaski.server.directory.DirectoryView.Found;
import dev.chaski.server.directory.DirectoryView.NodeState;
import dev.chaski.server.directory.DirectoryView.NodeTopic;
import dev.chaski.server.directory.DirectoryView.NodeTopics;
import dev.chaski.server.directory.DirectoryView.Registered;
import dev.chaski.server.directory.KnownNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers of a lookup, field by field as nsqlookupd names and orders them. */
final class LookupJson {
    private static final JsonFactory FACTORY = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    /** Nodes that {@code /debug} tells of, each as often as it is registered: it is read by people. */
    private static final int DEBUG_NODES_MAX = 100_000;

    private LookupJson() {}

    static void info(OutputStream out, String version) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("version", version);
            json.writeEndObject();
        }
    }

    static void names(OutputStream out, String field, List<String> names) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            names(json, field, names);
            json.writeEndObject();
        }
    }

    private static void names(JsonGenerator json, String field, List<String> names) throws IOException {
        json.writeArrayFieldStart(field);
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    static void found(OutputStream out, Found found) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            names(json, "channels", found.channels());
            json.writeArrayFieldStart("producers");
            for (KnownNode node : found.nodes()) {
                json.writeStartObject();
                node(json, node);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void node(JsonGenerator json, KnownNode node) throws IOException {
        json.writeStringField("remote_address", node.remoteAddress());
        address(json, node);
    }

    private static void address(JsonGenerator json, KnownNode node) throws IOException {
        json.writeStringField("hostname", node.hostname());
        json.writeStringField("broadcast_address", node.broadcastAddress());
        json.writeNumberField("tcp_port", node.tcpPort());
        json.writeNumberField("http_port", node.httpPort());
        json.writeStringField("version", node.version());
    }

    static void nodes(OutputStream out, List<NodeTopics> nodes) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("producers");
            for (NodeTopics each : nodes) {
                json.writeStartObject();
                node(json, each.node());
                json.writeArrayFieldStart("tombstones");
                for (NodeTopic topic : each.topics()) {
                    json.writeBoolean(topic.isBuried());
                }
                json.writeEndArray();
                json.writeArrayFieldStart("topics");
                for (NodeTopic topic : each.topics()) {
                    json.writeString(topic.name());
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** Everything under nsqlookupd's keys: {@code client::}, {@code topic:NAME:}, {@code channel:NAME:CHANNEL}. */
    static void debug(OutputStream out, DirectoryView view, long nowMs) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            List<NodeState> nodes = view.states();
            states(json, "client::", nodes, nowMs);
            int[] left = {DEBUG_NODES_MAX - nodes.size()};
            view.each(registered -> {
                if (left[0] >= registered.nodes().size()) {
                    left[0] -= registered.nodes().size();
                    states(json, key(registered), registered.nodes(), nowMs);
                }
            });
            json.writeEndObject();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String key(Registered registered) {
        return (registered.channel().isEmpty() ? "topic:" : "channel:") + registered.topic() + ":"
                + registered.channel();
    }

    private static void states(JsonGenerator json, String key, List<NodeState> nodes, long nowMs) {
        try {
            json.writeArrayFieldStart(key);
            for (NodeState state : nodes) {
                json.writeStartObject();
                json.writeStringField("id", state.node().remoteAddress());
                address(json, state.node());
                json.writeNumberField("last_update", TimeUnit.MILLISECONDS.toNanos(nowMs - state.heardMsAgo()));
                json.writeBooleanField("tombstoned", state.buriedMsAgo() >= 0);
                json.writeNumberField(
                        "tombstoned_at",
                        state.buriedMsAgo() < 0 ? 0 : TimeUnit.MILLISECONDS.toNanos(nowMs - state.buriedMsAgo()));
                if (state.node().isLastKnown()) {
                    json.writeBooleanField("last_known", true);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
