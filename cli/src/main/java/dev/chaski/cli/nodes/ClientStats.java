package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A connection that consumes or publishes. Texts are what the client says of itself: any characters.
 *
 * @param id of the client
 * @param hostname of the client
 * @param userAgent its library
 * @param remoteAddress where it is connected from
 * @param ready messages that it takes at a time
 * @param inFlight messages that it has
 * @param messages sent to it
 * @param finished by it
 * @param requeued by it
 * @param published by it
 * @param connectedS seconds since 1970
 * @param transport such as "tls snappy"; empty for plain
 */
public record ClientStats(
        String id,
        String hostname,
        String userAgent,
        String remoteAddress,
        long ready,
        long inFlight,
        long messages,
        long finished,
        long requeued,
        long published,
        long connectedS,
        String transport) {
    static ClientStats read(JsonNode client) {
        long published = 0;
        for (JsonNode count : client.path("pub_counts")) {
            published += count.path("count").asLong();
        }
        String transport = (client.path("tls").asBoolean() ? "tls " : "")
                + (client.path("snappy").asBoolean() ? "snappy " : "")
                + (client.path("deflate").asBoolean() ? "deflate " : "");
        return new ClientStats(
                client.path("client_id").asText(),
                client.path("hostname").asText(),
                client.path("user_agent").asText(),
                client.path("remote_address").asText(),
                client.path("ready_count").asLong(),
                client.path("in_flight_count").asLong(),
                client.path("message_count").asLong(),
                client.path("finish_count").asLong(),
                client.path("requeue_count").asLong(),
                published,
                client.path("connect_ts").asLong(),
                transport.strip());
    }
}
