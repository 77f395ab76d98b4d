package dev.chaski.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every endpoint of the lookup and every error, in one story, against ours and against nsqlookupd where there is one: a
 * node {@code host1} has {@code orders} with {@code billing}, and {@code parcels}.
 */
@Timeout(60)
class LookupHttpTest {
    private static final String JSON = "application/json; charset=utf-8";
    private static final String NODE = "{\"remote_address\":\"127.0.0.1:PORT\",\"hostname\":\"host1\","
            + "\"broadcast_address\":\"host1\",\"tcp_port\":4150,\"http_port\":4151,\"version\":\"1.3.0\"";

    @TempDir
    Path folder;

    /** {@code METHOD path}, and status and body. */
    private record Row(String request, String answer) {}

    private static final List<Row> ROWS = List.of(
            new Row("GET /ping", "200 OK"),
            new Row("GET /info", "200 {\"version\":\"1.3.0\"}"),
            new Row("GET /topics", "200 {\"topics\":[\"orders\",\"parcels\"]}"),
            new Row("GET /channels?topic=orders", "200 {\"channels\":[\"billing\"]}"),
            new Row("GET /channels?topic=nobodys", "200 {\"channels\":[]}"),
            new Row("GET /channels", bad("MISSING_ARG_TOPIC")),
            new Row("GET /channels?topic=%zz", bad("INVALID_REQUEST")),
            new Row("GET /lookup?topic=orders", "200 {\"channels\":[\"billing\"],\"producers\":[" + NODE + "}]}"),
            new Row("GET /lookup?topic=nobodys", "404 {\"message\":\"TOPIC_NOT_FOUND\"}"),
            new Row("GET /lookup?topic=", "404 {\"message\":\"TOPIC_NOT_FOUND\"}"),
            new Row("GET /lookup", bad("MISSING_ARG_TOPIC")),
            new Row("GET /lookup?topic=%zz", bad("INVALID_REQUEST")),
            new Row("GET /nodes", nodes(false, false)),
            // Making what nobody has.
            new Row("POST /topic/create?topic=planned", "200 "),
            new Row("POST /topic/create?topic=planned", "200 "),
            new Row("POST /topic/create", bad("MISSING_ARG_TOPIC")),
            new Row("POST /topic/create?topic=%zz", bad("INVALID_REQUEST")),
            new Row("POST /topic/create?topic=a$", bad("INVALID_ARG_TOPIC")),
            new Row("GET /lookup?topic=planned", "200 {\"channels\":[],\"producers\":[]}"),
            new Row("POST /channel/create?topic=planned&channel=audit", "200 "),
            new Row("POST /channel/create?topic=made&channel=audit", "200 "),
            new Row("GET /lookup?topic=made", "200 {\"channels\":[\"audit\"],\"producers\":[]}"),
            new Row("POST /channel/create", bad("MISSING_ARG_TOPIC")),
            new Row("POST /channel/create?topic=%zz", bad("INVALID_REQUEST")),
            new Row("POST /channel/create?topic=a$&channel=audit", bad("INVALID_ARG_TOPIC")),
            new Row("POST /channel/create?topic=a", bad("MISSING_ARG_CHANNEL")),
            new Row("POST /channel/create?topic=a&channel=a$", bad("INVALID_ARG_CHANNEL")),
            // Deleting.
            new Row("POST /channel/delete?topic=made&channel=audit", "200 "),
            new Row("POST /channel/delete?topic=made&channel=audit", "404 {\"message\":\"CHANNEL_NOT_FOUND\"}"),
            new Row("POST /channel/delete", bad("MISSING_ARG_TOPIC")),
            new Row("POST /channel/delete?topic=a$&channel=audit", bad("INVALID_ARG_TOPIC")),
            new Row("POST /channel/delete?topic=made", bad("MISSING_ARG_CHANNEL")),
            new Row("POST /channel/delete?topic=made&channel=a$", bad("INVALID_ARG_CHANNEL")),
            new Row("POST /topic/delete?topic=made", "200 "),
            new Row("POST /topic/delete?topic=made", "200 "),
            new Row("POST /topic/delete?topic=planned", "200 "),
            new Row("POST /topic/delete?topic=a$", "200 "),
            new Row("POST /topic/delete", bad("MISSING_ARG_TOPIC")),
            new Row("POST /topic/delete?topic=%zz", bad("INVALID_REQUEST")),
            new Row("GET /topics", "200 {\"topics\":[\"orders\",\"parcels\"]}"),
            // Burying.
            new Row("POST /topic/tombstone?topic=orders&node=host1:4150", "200 "),
            new Row("GET /nodes", nodes(false, false)),
            new Row("POST /topic/tombstone?topic=orders&node=host1:4151", "200 "),
            new Row("POST /topic/tombstone?topic=nobodys&node=host1:4151", "200 "),
            new Row("POST /topic/tombstone", bad("MISSING_ARG_TOPIC")),
            new Row("POST /topic/tombstone?topic=orders", bad("MISSING_ARG_NODE")),
            new Row("POST /topic/tombstone?topic=%zz", bad("INVALID_REQUEST")),
            new Row("GET /lookup?topic=orders", "200 {\"channels\":[\"billing\"],\"producers\":[]}"),
            new Row("GET /nodes", nodes(true, false)),
            new Row("POST /topic/delete?topic=orders", "200 "),
            new Row("GET /lookup?topic=orders", "404 {\"message\":\"TOPIC_NOT_FOUND\"}"),
            // Where there is nothing.
            new Row("GET /nowhere", "404 {\"message\":\"NOT_FOUND\"}"),
            new Row("POST /pub?topic=orders", "404 {\"message\":\"NOT_FOUND\"}"),
            new Row("GET /topic/create?topic=a", "405 {\"message\":\"METHOD_NOT_ALLOWED\"}"),
            new Row("POST /lookup?topic=a", "405 {\"message\":\"METHOD_NOT_ALLOWED\"}"));

    private static String bad(String code) {
        return "400 {\"message\":\"" + code + "\"}";
    }

    private static String nodes(boolean isOrdersBuried, boolean isParcelsBuried) {
        return "200 {\"producers\":[" + NODE + ",\"tombstones\":[" + isOrdersBuried + "," + isParcelsBuried
                + "],\"topics\":[\"orders\",\"parcels\"]}]}";
    }

    @TestFactory
    Stream<DynamicTest> oursAnswersAsTheTableSays() throws Exception {
        return story(LookupUnderTest.ours(""));
    }

    @TestFactory
    @EnabledIfEnvironmentVariable(
            named = "CHASKI_NSQLOOKUPD",
            matches = ".+",
            disabledReason = "it names no nsqlookupd")
    Stream<DynamicTest> nsqlookupdAnswersAsTheTableSays() throws Exception {
        return story(NsqProcess.start(Path.of(System.getenv("CHASKI_NSQLOOKUPD")), folder));
    }

    private static Stream<DynamicTest> story(LookupUnderTest lookup) throws IOException {
        LookupSocket node = LookupSocket.node(lookup.tcpPort(), "host1", 4150);
        for (String registration : List.of("orders", "orders billing", "parcels")) {
            assertThat(node.ask("REGISTER " + registration + "\n")).isEqualTo("OK");
        }
        return ROWS.stream()
                .map(row -> DynamicTest.dynamicTest(row.request(), () -> check(lookup.httpPort(), row)))
                .onClose(() -> {
                    node.close(); // not before: what is registered goes with the connection
                    lookup.close();
                });
    }

    private static void check(int port, Row row) throws IOException {
        String[] words = row.request().split(" ", 2);
        LookupHttp.Answer answer = LookupHttp.ask(port, words[0], words[1]);
        assertThat(answer.status() + " " + normal(answer.body())).isEqualTo(row.answer());
        boolean isPing = row.request().equals("GET /ping");
        String nothing = answer.body().isEmpty() ? "none" : JSON;
        assertThat(answer.header("content-type")).isEqualTo(isPing ? "text/plain; charset=utf-8" : nothing);
        assertThat(answer.header("x-nsq-content-type")).isEqualTo(isPing ? "none" : "nsq; version=1.0");
    }

    /** nsqlookupd tells names in any order. */
    private static String normal(String body) {
        return body.strip()
                .replaceAll("\"127\\.0\\.0\\.1:\\d+\"", "\"127.0.0.1:PORT\"")
                .replaceAll(
                        "\"tombstones\":\\[(\\w+),(\\w+)\\],\"topics\":\\[\"parcels\"",
                        "\"tombstones\":[$2,$1],\"topics\":[\"parcels\"")
                .replace("\"topics\":[\"parcels\",\"orders\"]", "\"topics\":[\"orders\",\"parcels\"]");
    }
}
