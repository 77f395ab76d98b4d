package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log as objects, and the audit log in a file of its own. */
@Timeout(120)
class LogFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private static JsonNode line(String pattern, Throwable failure, Object... arguments) throws Exception {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "", context.getLogger("dev.chaski.engine.Topic"), Level.WARN, pattern, failure, arguments);
        String line = new JsonLine().doLayout(event);
        assertThat(line).endsWith("}\n");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        return JSON.readTree(line);
    }

    @Test
    void everyKeyOfAMessageIsAFieldToo() throws Exception {
        JsonNode line =
                line("not made topic={} count={} of {} error=\"{}\" level={}", null, "a\"b\n", 7, true, "x y", 1);
        assertThat(line.get("level").asText()).isEqualTo("WARN");
        assertThat(line.get("logger").asText()).isEqualTo("Topic");
        assertThat(line.get("message").asText())
                .isEqualTo("not made topic=a\"b\n count=7 of true error=\"x y\" level=1");
        assertThat(line.get("topic").asText()).isEqualTo("a\"b\n");
        assertThat(line.get("count").isNumber()).isTrue();
        assertThat(line.get("error").asText()).isEqualTo("x y");
        assertThat(line.get("level_").asInt()).isEqualTo(1);
    }

    @Test
    void aValueMayBeWrittenInThePatternOrHaveSeveralParts() throws Exception {
        JsonNode line =
                line("{} door=nsq address={}:{}; error=\"in {}\", rest", null, "listening", "host", 1, "two words");
        assertThat(line.get("door").asText()).isEqualTo("nsq");
        assertThat(line.get("address").asText()).isEqualTo("host:1");
        assertThat(line.get("error").asText()).isEqualTo("in two words");
    }

    @Test
    void whatIsNoCharacterDoesNotBreakTheLine() throws Exception {
        assertThat(line("name={}", null, "\u2028\ud800 \u0000\ud83d\ude00")
                        .get("name")
                        .asText())
                .isEqualTo("\u2028\ud800 \u0000\ud83d\ude00");
    }

    @Test
    void anExceptionIsAFieldOfItsLine() throws Exception {
        JsonNode line = line("failed", new IllegalStateException("two\nlines"));
        assertThat(line.get("exception").asText()).contains("IllegalStateException: two\nlines", "LogFormatTest");
    }

    @Test
    void aBrokerWritesObjectsAndItsAuditToAFile() throws Exception {
        Path audit = folder.resolve("audit.log");
        Files.writeString(audit, "what was there\n");
        try (ChaskiProcess broker = ChaskiProcess.serve(folder, "--log-format=json", "--audit-log=" + audit);
                HttpClient client = HttpClient.newHttpClient()) {
            int port = broker.lines.stream()
                    .map(LogFormatTest::tree)
                    .filter(line -> line.path("door").asText().equals("http"))
                    .mapToInt(line ->
                            Integer.parseInt(line.get("address").asText().replaceAll(".*:", "")))
                    .findFirst()
                    .orElseThrow();
            HttpRequest create = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/topic/create?topic=orders"))
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(client.send(create, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            broker.signal("TERM");
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
            broker.lines.forEach(LogFormatTest::tree);
            assertThat(broker.has("action")).isFalse();
            List<String> written = Files.readAllLines(audit);
            assertThat(written).hasSize(2);
            JsonNode line = tree(written.get(1));
            assertThat(line.get("logger").asText()).isEqualTo("audit");
            assertThat(line.get("action").asText()).isEqualTo("topic.create");
            assertThat(line.get("topic").asText()).isEqualTo("orders");
            assertThat(line.get("outcome").asText()).isEqualTo("OK");
        }
    }

    private static JsonNode tree(String line) {
        try {
            JsonNode tree = JSON.readTree(line);
            assertThat(tree.isObject()).as(line).isTrue();
            return tree;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError("not an object: " + line, e);
        }
    }

    @Test
    void anAuditLogThatCannotBeWrittenEndsTheStart() throws Exception {
        try (ChaskiProcess broker = ChaskiProcess.start(folder, "serve", "--audit-log=" + folder)) {
            assertThat(broker.awaitExit()).isEqualTo(ExitCode.FAILED);
            assertThat(broker.has("chaski serve: --audit-log=" + folder + ": cannot be written"))
                    .isTrue();
        }
    }
}
