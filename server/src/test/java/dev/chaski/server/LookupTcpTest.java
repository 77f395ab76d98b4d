package dev.chaski.server;

import static dev.chaski.server.LookupSocket.identify;
import static dev.chaski.server.LookupSocket.introduction;
import static dev.chaski.server.LookupSocket.size;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the lookup's TCP protocol and every error, against ours and against nsqlookupd where there is one. */
@Timeout(60)
class LookupTcpTest {
    private static final String NODE = introduction("host1", 4150);
    private static final String IDENTIFIED = "{broadcast_address,hostname,http_port,tcp_port,version}";
    private static final String NOT_DECODED = "E_BAD_BODY IDENTIFY failed to decode JSON body";
    private static final String MISSING = "E_BAD_BODY IDENTIFY missing fields";

    @TempDir
    Path folder;

    /**
     * One conversation; all answers but an error leave it open.
     *
     * @param request what is sent after the magic
     * @param answers what comes
     * @param isOurs whether nsqlookupd does something else, which nobody can want
     * @param endsInput whether nothing more is sent
     */
    private record Row(String request, List<String> answers, boolean isOurs, boolean endsInput) {
        @Override
        public String toString() {
            return request.replace("\n", "\\n").replace("\0", "\\0").replaceAll("(.{80}).*", "$1...");
        }
    }

    private static final List<Row> ROWS = new ArrayList<>();

    private static void row(String request, String... answers) {
        ROWS.add(new Row(request, List.of(answers), false, false));
    }

    private static void ours(String request, String... answers) {
        ROWS.add(new Row(request, List.of(answers), true, false));
    }

    private static void cut(String request, String... answers) {
        ROWS.add(new Row(request, List.of(answers), false, true));
    }

    static {
        row("PING\n", "OK");
        row("PING\nPING\n", "OK", "OK");
        row(" PING \r\n", "OK");
        row("PING and more\n", "OK");
        row("\n", "E_INVALID invalid command ");
        row("ping\n", "E_INVALID invalid command ping");
        row("FOO bar\n", "E_INVALID invalid command FOO");
        row("F\u00fc\u00ff\n", "E_INVALID invalid command F\u00fc\u00ff");
        row("REGISTER t\n", "E_INVALID client must IDENTIFY");
        row("UNREGISTER t\n", "E_INVALID client must IDENTIFY");
        row("REGISTER\n", "E_INVALID client must IDENTIFY");
        row(identify(NODE), IDENTIFIED);
        row(identify(NODE).replace("IDENTIFY\n", "IDENTIFY again\n"), IDENTIFIED);
        row(identify(NODE.replace("broadcast_address", "Broadcast_Address")), IDENTIFIED);
        row(identify(NODE.replace("{", "{\"more\":[1,{}],")), IDENTIFIED);
        row(identify(NODE.replace("\"hostname\":\"host1\",", "")), IDENTIFIED);
        row(identify(NODE) + identify(NODE), IDENTIFIED, "E_INVALID cannot IDENTIFY again");
        row(identify(NODE.replace("\"broadcast_address\":\"host1\",", "")), MISSING);
        row(identify(NODE.replace("\"broadcast_address\":\"host1\"", "\"broadcast_address\":\"\"")), MISSING);
        row(identify(NODE.replace("\"tcp_port\":4150,", "")), MISSING);
        row(identify(NODE.replace("\"http_port\":4151", "\"http_port\":0")), MISSING);
        row(identify(NODE.replace("\"http_port\":4151", "\"http_port\":null")), MISSING);
        row(identify(NODE.replace(",\"version\":\"1.3.0\"", "")), MISSING);
        row(identify("{}"), MISSING);
        row(identify("null"), MISSING);
        row(identify(""), NOT_DECODED);
        row(identify("[]"), NOT_DECODED);
        row(identify("nonsense"), NOT_DECODED);
        row(identify(NODE + "x"), NOT_DECODED);
        row(identify(NODE.replace("4150", "\"4150\"")), NOT_DECODED);
        row(identify(NODE.replace("4150", "4150.5")), NOT_DECODED);
        row(identify(NODE.replace("\"1.3.0\"", "1.3")), NOT_DECODED);
        ours(identify(NODE.replace("4150", "65536")), "E_BAD_BODY IDENTIFY tcp_port (65536) is invalid");
        ours(identify(NODE.replace("4150", "-1")), "E_BAD_BODY IDENTIFY tcp_port (-1) is invalid");
        ours(
                identify(NODE.replace("\"host1\"", "\"" + "x".repeat(256) + "\"")),
                "E_BAD_BODY IDENTIFY broadcast_address is longer than 255 characters");
        // The real one ends as a whole by the first of these, and waits for gigabytes by the second.
        ours("IDENTIFY\n" + size(-1), "E_BAD_BODY IDENTIFY invalid body size -1");
        ours("IDENTIFY\n" + size(16_385), "E_BAD_BODY IDENTIFY body too big 16385 > 16384");
        ours("X".repeat(4_096), "E_INVALID command line is longer than 4096 bytes");
        cut("IDENTIFY\n", "E_BAD_BODY IDENTIFY failed to read body size");
        cut("IDENTIFY\n\0\0", "E_BAD_BODY IDENTIFY failed to read body size");
        cut("IDENTIFY\n" + size(10) + "123", "E_BAD_BODY IDENTIFY failed to read body");
        cut("PIN");
        cut("PING\nPIN", "OK");
        known("REGISTER t\n", "OK");
        known("REGISTER t c\n", "OK");
        known("REGISTER t#ephemeral c#ephemeral\n", "OK");
        known("REGISTER t c and more\n", "OK");
        known("REGISTER t \n", "OK");
        known("REGISTER\n", "E_INVALID REGISTER insufficient number of params");
        known("REGISTER  t\n", "E_BAD_TOPIC REGISTER topic name '' is not valid");
        known("REGISTER t$\n", "E_BAD_TOPIC REGISTER topic name 't$' is not valid");
        known(
                "REGISTER " + "t".repeat(65) + "\n",
                "E_BAD_TOPIC REGISTER topic name '" + "t".repeat(65) + "' is not valid");
        known("REGISTER t c$\n", "E_BAD_CHANNEL REGISTER channel name 'c$' is not valid");
        known("UNREGISTER t\n", "OK");
        known("UNREGISTER t c\n", "OK");
        known("UNREGISTER\n", "E_INVALID UNREGISTER insufficient number of params");
        known("UNREGISTER t$\n", "E_BAD_TOPIC UNREGISTER topic name 't$' is not valid");
        known("UNREGISTER t c$\n", "E_BAD_CHANNEL UNREGISTER channel name 'c$' is not valid");
    }

    /** After an introduction. */
    private static void known(String request, String answer) {
        row(identify(NODE) + request, IDENTIFIED, answer);
    }

    @TestFactory
    Stream<DynamicTest> oursAnswersAsTheTableSays() throws Exception {
        LookupUnderTest lookup = LookupUnderTest.ours("");
        return tests(lookup, ROWS.stream()).onClose(lookup::close);
    }

    @TestFactory
    @EnabledIfEnvironmentVariable(
            named = "CHASKI_NSQLOOKUPD",
            matches = ".+",
            disabledReason = "it names no nsqlookupd")
    Stream<DynamicTest> nsqlookupdAnswersAsTheTableSays() throws Exception {
        LookupUnderTest lookup = NsqProcess.start(Path.of(System.getenv("CHASKI_NSQLOOKUPD")), folder);
        return tests(lookup, ROWS.stream().filter(row -> !row.isOurs())).onClose(lookup::close);
    }

    private static Stream<DynamicTest> tests(LookupUnderTest lookup, Stream<Row> rows) {
        return Stream.concat(
                rows.map(row -> DynamicTest.dynamicTest(row.toString(), () -> check(lookup.tcpPort(), row))),
                Stream.of(DynamicTest.dynamicTest("another magic", () -> anotherMagic(lookup.tcpPort()))));
    }

    private static void check(int port, Row row) throws IOException {
        try (LookupSocket client = LookupSocket.connect(port)) {
            client.send("  V1" + row.request());
            if (row.endsInput()) {
                client.endInput();
            }
            List<String> said = new ArrayList<>();
            for (int i = 0; i < row.answers().size(); i++) {
                said.add(normal(client.read()));
            }
            assertThat(said).isEqualTo(row.answers());
            if (row.endsInput() || said.getLast().startsWith("E_")) {
                assertThat(client.isClosed()).isTrue();
            } else {
                assertThat(client.ask("PING\n")).isEqualTo("OK");
            }
        }
    }

    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|\\d+)");

    /** An object's fields without their values, which differ from lookup to lookup. */
    private static String normal(String answer) {
        return FIELD.matcher(answer).replaceAll("$1");
    }

    private static void anotherMagic(int port) throws IOException {
        try (LookupSocket client = LookupSocket.connect(port)) {
            assertThat(client.ask("  V2")).isEqualTo("E_BAD_PROTOCOL");
            assertThat(client.isClosed()).isTrue();
        }
    }
}
