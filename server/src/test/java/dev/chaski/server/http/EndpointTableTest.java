package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.NsqProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint and every error, byte for byte, against our door and against nsqd where there is one. */
@Timeout(120)
class EndpointTableTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> ourDoorAnswersAsTheTableSays() throws Exception {
        TestHttpDoor door = TestHttpDoor.open(folder);
        prepare(door.port());
        return Table.rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(door.port(), row, row.ourAnswer())))
                .onClose(door::close);
    }

    @TestFactory
    @EnabledIfEnvironmentVariable(named = "CHASKI_NSQD", matches = ".+", disabledReason = "it names no nsqd")
    Stream<DynamicTest> nsqdAnswersAsTheTableSays() throws Exception {
        NsqProcess nsqd = NsqProcess.start(Path.of(System.getenv("CHASKI_NSQD")), folder, "-data-path=" + folder);
        prepare(nsqd.httpPort());
        return Table.rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> check(nsqd.httpPort(), row, row.answer())))
                .onClose(nsqd::close);
    }

    private static void prepare(int port) throws IOException {
        try (RawHttp client = RawHttp.connect(port)) {
            for (String uri : List.of("/topic/create?topic=known", "/channel/create?topic=known&channel=c")) {
                assertThat(client.ask("POST", uri, "").status()).isEqualTo(200);
            }
        }
    }

    private static void check(int port, Table.Row row, String expected) throws IOException {
        try (RawHttp client = RawHttp.connect(port)) {
            send(client, row.request());
            String answer = answer(client);
            assertThat(normal(answer)).isEqualTo(normal(expected));
            if (expected.contains("connection: close")) {
                assertThat(client.isClosed()).isTrue();
            } else {
                assertThat(client.ask("GET", "/ping", "").body()).isEqualTo("OK");
            }
        }
    }

    /** A server that refuses may close before all is sent. */
    private static void send(RawHttp client, byte[] request) throws IOException {
        try {
            client.send(request);
        } catch (SocketException e) {
            assertThat(request.length).as("only long requests are cut off").isGreaterThan(100_000);
        }
    }

    private static String answer(RawHttp client) throws IOException {
        try {
            return client.read().comparable();
        } catch (EOFException | SocketException e) {
            throw new AssertionError("closed without an answer", e);
        }
    }

    /** Go leaves the length out of refusals that it closes after; header order is not looked at by anybody. */
    private static List<String> normal(String answer) {
        boolean closes = answer.contains("\nconnection: close") && answer.contains("text/plain")
                || answer.startsWith("HTTP/1.1 417");
        return answer.lines()
                .filter(line -> !closes || !line.startsWith("content-length:"))
                .sorted()
                .toList();
    }
}
