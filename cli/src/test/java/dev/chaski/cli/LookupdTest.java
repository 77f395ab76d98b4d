package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code chaski lookupd} as a user runs it, and brokers that register with it. */
@Timeout(120)
class LookupdTest {
    @TempDir
    Path folder;

    private ChaskiProcess lookupd() throws IOException, InterruptedException {
        ChaskiProcess lookup =
                ChaskiProcess.start(folder, "lookupd", "--tcp-address=127.0.0.1:0", "-http-address", "127.0.0.1:0");
        lookup.awaitLine("serving version=");
        return lookup;
    }

    private static String get(ChaskiProcess lookup, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + lookup.port("lookup-http") + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void aBrokerRegistersAndIsForgottenWhenItStopsAndSoIsTheLookupsFile() throws Exception {
        try (ChaskiProcess lookup = lookupd();
                ChaskiProcess broker =
                        ChaskiProcess.serve(folder, "--lookupd-tcp-address=127.0.0.1:" + lookup.port("lookup"))) {
            Awaitility.await().until(() -> get(lookup, "/nodes").contains("\"tcp_port\":" + broker.port("nsq")));
            Awaitility.await()
                    .until(() ->
                            folder.resolve("lookupd-data/lookup.known").toFile().exists());
            broker.signal("TERM");
            assertThat(broker.awaitExit()).as(broker.output()).isZero();
            Awaitility.await().until(() -> get(lookup, "/nodes").contains("\"producers\":[]"));
            lookup.signal("TERM");
            assertThat(lookup.awaitExit()).as(lookup.output()).isZero();
            assertThat(lookup.output()).doesNotContain("level=ERROR").doesNotContain("level=WARN");
            assertThat(folder.resolve("lookupd-data/lookup.known")).doesNotExist();
        }
    }

    @Test
    void aPortInUseIsNamedWithItsFlagAndAWrongFlagEndsWithTwo() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChaskiProcess lookup = ChaskiProcess.start(
                        folder,
                        "lookupd",
                        "--http-address=127.0.0.1:0",
                        "--tcp-address=127.0.0.1:" + other.getLocalPort());
                ChaskiProcess wrong = ChaskiProcess.start(folder, "lookupd", "--data-pat=x")) {
            assertThat(lookup.awaitExit()).isEqualTo(ExitCode.FAILED);
            assertThat(lookup.output())
                    .contains("chaski lookupd: --tcp-address=127.0.0.1:" + other.getLocalPort())
                    .contains("in use")
                    .doesNotContain("\tat ");
            assertThat(wrong.awaitExit()).isEqualTo(ExitCode.USAGE);
            assertThat(wrong.output())
                    .contains("chaski lookupd: there is no flag --data-pat; did you mean --data-path?");
        }
    }

    @Test
    void theBenchRegistersAsksAndLeavesNothingBehind() throws Exception {
        try (ChaskiProcess lookup = lookupd()) {
            int tcp = lookup.port("lookup");
            int http = lookup.port("lookup-http");
            LookupBench.assertFewNodes(LookupBench.run(folder, tcp, http), 12);
            LookupBench.assertFewNodes(LookupBench.run(folder, tcp, http, "--everywhere"), 3 * 12);
            assertThat(get(lookup, "/topics")).contains("\"topics\":[]");
            try (ChaskiProcess wrong = ChaskiProcess.start(folder, "bench", "lookup", "--nodes=1", "--port=" + http)) {
                assertThat(wrong.awaitExit()).as(wrong.output()).isEqualTo(3);
                assertThat(wrong.output()).contains("chaski bench: no lookup answers at 127.0.0.1:");
            }
        }
    }

    @Test
    void helpListsTheFlagsOfNsqlookupd() throws Exception {
        try (ChaskiProcess lookup = ChaskiProcess.start(folder, "lookupd", "--help")) {
            assertThat(lookup.awaitExit()).isZero();
            assertThat(lookup.output()).contains("--inactive-producer-timeout=<", "--tombstone-lifetime=<");
            assertThat(lookup.lines).contains("Addresses:", "Discovery:").doesNotContain("TLS:");
        }
    }
}
