package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same requests to ours and to a real nsqd, answer beside answer. What is to differ stands in the table with both
 * answers, so that the table is wrong where either changes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompatibilityTest {
    private final List<BrokerProcess> started = new ArrayList<>();
    private BrokerProcess ours;
    private BrokerProcess nsqd;

    @BeforeAll
    void startBoth(@TempDir Path work) throws IOException {
        Assumptions.assumeTrue(
                BrokerKind.nsqdBinary().isPresent(), BrokerKind.NSQD_VARIABLE + " names no nsqd to compare with");
        nsqd = start(BrokerKind.NSQD, work.resolve("nsqd"));
        ours = start(BrokerKind.underTest(), work.resolve("ours"));
    }

    private BrokerProcess start(BrokerKind kind, Path folder) throws IOException {
        BrokerProcess broker = BrokerProcess.start(kind, folder);
        started.add(broker);
        return broker;
    }

    @AfterAll
    void stopBoth() {
        started.forEach(BrokerProcess::close);
    }

    static List<CompatibilityTable.Case> tcp() {
        return CompatibilityTable.TCP;
    }

    static List<CompatibilityTable.Case> http() {
        return CompatibilityTable.HTTP;
    }

    @ParameterizedTest
    @MethodSource
    void tcp(CompatibilityTable.Case row) throws IOException {
        String oursAnswered = talk(ours, row.request(), CompatibilityTable.QUIET_MS);
        String nsqdAnswered = talk(nsqd, row.request(), CompatibilityTable.QUIET_MS);
        if (!oursAnswered.equals(nsqdAnswered)) {
            oursAnswered = talk(ours, row.request(), CompatibilityTable.LONG_QUIET_MS);
            nsqdAnswered = talk(nsqd, row.request(), CompatibilityTable.LONG_QUIET_MS);
        }
        assertRow(row, oursAnswered, nsqdAnswered);
    }

    @ParameterizedTest
    @MethodSource
    void http(CompatibilityTable.Case row) throws Exception {
        assertRow(row, ask(ours, row.request()), ask(nsqd, row.request()));
    }

    private static void assertRow(CompatibilityTable.Case row, String oursAnswered, String nsqdAnswered) {
        if (row.nsqd() == null) {
            assertThat(oursAnswered).as(row.toString()).isEqualTo(nsqdAnswered);
        } else {
            assertThat(nsqdAnswered).as("nsqd: %s", row).isEqualTo(row.nsqd());
            assertThat(oursAnswered).as("ours: %s", row).isEqualTo(row.ours());
        }
    }

    /** All frames that come until the broker closes, one per line; what changes from run to run is replaced. */
    private static String talk(BrokerProcess broker, String request, int quietMs) throws IOException {
        StringBuilder said = new StringBuilder();
        try (RawNsq nsq = RawNsq.connectSilently(broker.tcp()).readTimeoutMs(quietMs)) {
            nsq.send(request.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                said.append(
                                switch (nsq.read()) {
                                    case RawNsq.Response response -> "response " + response.text();
                                    case RawNsq.Failure failure -> "error " + failure.text();
                                    case RawNsq.Message message ->
                                        "message " + message.attempts() + " " + message.text();
                                })
                        .append('\n');
            }
        } catch (java.net.SocketTimeoutException e) {
            return said + "open";
        } catch (EOFException | SocketException e) {
            return said + "closed";
        }
    }

    /** {@code METHOD path body}; answered as status and body, without the time of the start. */
    private static String ask(BrokerProcess broker, String request) throws IOException, InterruptedException {
        String[] parts = request.split(" ", 3);
        String body = parts.length == 3 ? parts[2] : "";
        HttpDoor.Answer answer = broker.http().send(parts[0], parts[1], body);
        return answer.status() + " " + answer.body().replaceAll("\"start_time\":\\d+", "\"start_time\":THEN");
    }
}
