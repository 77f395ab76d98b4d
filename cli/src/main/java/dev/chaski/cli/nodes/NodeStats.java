package dev.chaski.cli.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a broker has.
 *
 * @param node who
 * @param version that it reports
 * @param health {@code OK}, or what is wrong
 * @param startTimeS when it started, seconds since 1970
 * @param topics all, or those that were asked for
 * @param producers connections that published, where they were asked for
 */
public record NodeStats(
        Node node,
        String version,
        String health,
        long startTimeS,
        List<TopicStats> topics,
        List<ClientStats> producers) {
    static NodeStats read(Node node, JsonNode answer) throws AskException {
        if (!answer.has("topics")) {
            throw new AskException(
                    AskException.Kind.MALFORMED, node.address() + " answered /stats with what is no list of topics");
        }
        List<TopicStats> topics = new ArrayList<>();
        answer.path("topics").forEach(topic -> topics.add(TopicStats.read(topic)));
        List<ClientStats> producers = new ArrayList<>();
        answer.path("producers").forEach(client -> producers.add(ClientStats.read(client)));
        return new NodeStats(
                node,
                answer.path("version").asText(),
                answer.path("health").asText(),
                answer.path("start_time").asLong(),
                topics,
                producers);
    }
}
