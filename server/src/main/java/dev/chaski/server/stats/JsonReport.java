package dev.chaski.server.stats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.chaski.engine.ChannelStats;
import dev.chaski.engine.TopicStats;
import dev.chaski.server.clients.ClientStats;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a {@link Report} as JSON, field by field as nsqd names and orders them. Confined to the writing thread. */
final class JsonReport {
    private static final JsonFactory FACTORY = new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private final OutputStream out;

    JsonReport(OutputStream out) {
        this.out = out;
    }

    void write(Report report) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("version", report.version());
            json.writeStringField("health", report.health());
            json.writeNumberField("start_time", report.startTimeS());
            topics(json, report.topics());
            if (report.memory() != null) {
                memory(json, report.memory());
            }
            clients(json, "producers", report.producers());
            json.writeEndObject();
        }
    }

    private static void topics(JsonGenerator json, @Nullable List<TopicFigures> topics) throws IOException {
        json.writeFieldName("topics");
        if (topics == null) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        for (TopicFigures topic : topics) {
            topic(json, topic);
        }
        json.writeEndArray();
    }

    /** All that waits is on disk, so backend_depth is the depth. */
    private static void topic(JsonGenerator json, TopicFigures topic) throws IOException {
        TopicStats stats = topic.stats();
        json.writeStartObject();
        json.writeStringField("topic_name", topic.name());
        json.writeArrayFieldStart("channels");
        for (ChannelFigures channel : topic.channels()) {
            channel(json, channel);
        }
        json.writeEndArray();
        json.writeNumberField("depth", stats.depth());
        json.writeNumberField("backend_depth", stats.depth());
        json.writeNumberField("message_count", stats.messageCount());
        json.writeNumberField("message_bytes", stats.messageBytes());
        json.writeBooleanField("paused", stats.isPaused());
        latency(json, topic.latency());
        json.writeEndObject();
    }

    private static void channel(JsonGenerator json, ChannelFigures channel) throws IOException {
        ChannelStats stats = channel.stats();
        json.writeStartObject();
        json.writeStringField("channel_name", channel.name());
        json.writeNumberField("depth", stats.depth());
        json.writeNumberField("backend_depth", stats.depth());
        json.writeNumberField("in_flight_count", stats.inFlightCount());
        json.writeNumberField("deferred_count", stats.deferredCount());
        json.writeNumberField("message_count", stats.messageCount());
        json.writeNumberField("requeue_count", stats.requeueCount());
        json.writeNumberField("timeout_count", stats.timeoutCount());
        json.writeNumberField("client_count", stats.consumerCount());
        clients(json, "clients", channel.clients());
        json.writeBooleanField("paused", stats.isPaused());
        latency(json, channel.latency());
        json.writeEndObject();
    }

    private static void latency(JsonGenerator json, Latency latency) throws IOException {
        json.writeObjectFieldStart("e2e_processing_latency");
        json.writeNumberField("count", latency.count());
        json.writeFieldName("percentiles");
        if (latency.percentiles() == null) {
            json.writeNull();
        } else {
            json.writeStartArray();
            for (Latency.Percentile percentile : latency.percentiles()) {
                json.writeStartObject();
                json.writeFieldName("quantile");
                if (percentile.quantile() == Math.rint(percentile.quantile())) {
                    json.writeNumber((long) percentile.quantile());
                } else {
                    json.writeNumber(percentile.quantile());
                }
                json.writeNumberField("value", percentile.valueNs());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void memory(JsonGenerator json, MemoryFigures memory) throws IOException {
        json.writeObjectFieldStart("memory");
        json.writeNumberField("heap_objects", 0);
        json.writeNumberField("heap_idle_bytes", memory.heapIdleBytes());
        json.writeNumberField("heap_in_use_bytes", memory.heapInUseBytes());
        json.writeNumberField("heap_released_bytes", memory.heapReleasedBytes());
        json.writeNumberField("gc_pause_usec_100", memory.gcPauseUs100());
        json.writeNumberField("gc_pause_usec_99", memory.gcPauseUs99());
        json.writeNumberField("gc_pause_usec_95", memory.gcPauseUs95());
        json.writeNumberField("next_gc_bytes", memory.nextGcBytes());
        json.writeNumberField("gc_total_runs", memory.gcRunCount());
        json.writeEndObject();
    }

    private static void clients(JsonGenerator json, String field, @Nullable List<ClientStats> clients)
            throws IOException {
        json.writeFieldName(field);
        if (clients == null) {
            json.writeNull();
            return;
        }
        json.writeStartArray();
        for (ClientStats client : clients) {
            client(json, client);
        }
        json.writeEndArray();
    }

    private static void client(JsonGenerator json, ClientStats client) throws IOException {
        json.writeStartObject();
        json.writeStringField("client_id", client.clientId());
        json.writeStringField("hostname", client.hostname());
        json.writeStringField("version", client.version());
        json.writeStringField("remote_address", client.remoteAddress());
        json.writeNumberField("state", client.state());
        json.writeNumberField("ready_count", client.readyCount());
        json.writeNumberField("in_flight_count", client.inFlightCount());
        json.writeNumberField("message_count", client.messageCount());
        json.writeNumberField("finish_count", client.finishCount());
        json.writeNumberField("requeue_count", client.requeueCount());
        json.writeNumberField("connect_ts", client.connectTs());
        json.writeNumberField("sample_rate", client.sampleRate());
        json.writeBooleanField("deflate", client.deflate());
        json.writeBooleanField("snappy", client.snappy());
        json.writeStringField("user_agent", client.userAgent());
        identity(json, client);
        tls(json, client.tls());
        json.writeEndObject();
    }

    private static void identity(JsonGenerator json, ClientStats client) throws IOException {
        ClientStats.Auth auth = client.auth();
        if (auth != null) {
            json.writeBooleanField("authed", true);
            optional(json, "auth_identity", auth.identity());
            optional(json, "auth_identity_url", auth.identityUrl());
        }
        if (client.isProducer()) {
            json.writeArrayFieldStart("pub_counts");
            for (ClientStats.PubCount count : client.pubCounts()) {
                json.writeStartObject();
                json.writeStringField("topic", count.topic());
                json.writeNumberField("count", count.count());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        optional(json, "topology_zone", client.topologyZone());
        optional(json, "topology_region", client.topologyRegion());
    }

    private static void tls(JsonGenerator json, ClientStats.@Nullable Tls tls) throws IOException {
        json.writeBooleanField("tls", tls != null);
        json.writeStringField("tls_cipher_suite", tls == null ? "" : tls.cipherSuite());
        json.writeStringField("tls_version", tls == null ? "" : tls.version());
        json.writeStringField("tls_negotiated_protocol", tls == null ? "" : tls.negotiatedProtocol());
        json.writeBooleanField("tls_negotiated_protocol_is_mutual", tls != null && tls.negotiatedProtocolIsMutual());
    }

    private static void optional(JsonGenerator json, String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }
}
