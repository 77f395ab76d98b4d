package dev.chaski.server.nsq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.server.auth.Authorization;

/** Answers that are JSON. */
final class Replies {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Replies() {}

    static String authorized(Authorization granted) {
        ObjectNode reply = JSON.createObjectNode();
        reply.put("identity", granted.identity());
        reply.put("identity_url", granted.identityUrl());
        reply.put("permission_count", granted.grantCount());
        return text(reply);
    }

    /** What was agreed on, for a client that negotiates. */
    static String identified(Connection client, Agreement agreement) {
        NsqLimits limits = client.limits();
        ClientSettings settings = client.settings();
        NsqFeatures features = client.door().config().features();
        ObjectNode reply = JSON.createObjectNode();
        reply.put("max_rdy_count", limits.maxRdyCount());
        reply.put("version", features.version());
        reply.put("max_msg_timeout", limits.maxMsgTimeoutMs());
        reply.put("msg_timeout", settings.msgTimeoutMs());
        reply.put("tls_v1", agreement.tls());
        reply.put("deflate", agreement.deflate());
        reply.put("deflate_level", agreement.deflateLevel());
        reply.put("max_deflate_level", features.maxDeflateLevel());
        reply.put("snappy", agreement.snappy());
        reply.put("sample_rate", settings.sampleRate());
        reply.put("auth_required", client.authorizing().isEnabled());
        reply.put("output_buffer_size", settings.outputBufferBytes());
        reply.put("output_buffer_timeout", settings.outputBufferTimeoutMs());
        reply.put("topology_region", features.topologyRegion());
        reply.put("topology_zone", features.topologyZone());
        return text(reply);
    }

    private static String text(ObjectNode reply) {
        try {
            return JSON.writeValueAsString(reply);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
        }
    }
}
