package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code chaski doctor}: what it prints, and how it ends. */
@Timeout(120)
class DoctorTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int doctor(String... flags) {
        out.reset();
        List<String> all = new ArrayList<>(List.of("--tcp-address=127.0.0.1:0", "--http-address=127.0.0.1:0"));
        all.addAll(List.of(flags));
        return DoctorCommand.run(all, Map.of(), print(out), print(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void eachThingIsALineWithAWordBeforeIt() {
        doctor("--data-path=" + folder.resolve("data"), "--sync-every=1");
        assertThat(printed())
                .contains("WARN  options: --sync-every has no effect", "data is made at the first start", "disk: ")
                .contains("clock: ", "ports: --tcp-address=127.0.0.1:0 takes any free port", "Java: Java ");
        assertThat(printed().lines().filter(line -> line.matches("(OK  |WARN|FAIL)  [\\w ]+: .*")))
                .hasSizeGreaterThan(8);
    }

    @Test
    void whatFailsIsTheExitCode() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String flag = "--http-address=127.0.0.1:" + taken.getLocalPort();
            assertThat(doctor("--data-path=" + folder, flag)).isEqualTo(ExitCode.FAILED);
            assertThat(printed()).contains("FAIL  ports: " + flag, "      -> ", "A broker cannot run here");
        }
    }

    @Test
    void programsGetOneObject() throws IOException {
        int code = doctor("--data-path=" + folder.resolve("data"), "--json");
        JsonNode answer = new ObjectMapper().readTree(printed());
        assertThat(answer.path("status").asText()).isIn("ok", "warn", "fail");
        assertThat(code == ExitCode.FAILED)
                .isEqualTo(answer.path("status").asText().equals("fail"));
        assertThat(answer.path("findings").findValuesAsText("subject")).contains("disk", "ports", "memory");
    }

    @Test
    void wrongOptionsAreRefusedAsServeRefusesThem() {
        assertThat(doctor("--msg-timeot=1s")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("did you mean --msg-timeout?");
        assertThat(doctor("--help")).isEqualTo(ExitCode.OK);
        assertThat(printed()).contains("chaski check is something else");
    }

    @Test
    void aRunningBrokerIsKnownByItsFolderAndItsPorts() throws Exception {
        try (ChaskiProcess broker = ChaskiProcess.serve(folder)) {
            doctor(
                    "--data-path=" + folder.resolve("data"),
                    "--tcp-address=127.0.0.1:" + broker.port("nsq"),
                    "--http-address=127.0.0.1:" + broker.port("http"));
            assertThat(printed())
                    .containsPattern("OK    data folder: a broker runs on it \\(pid \\d+\\)")
                    .containsPattern("OK    ports: --tcp-address=\\S+ is served by the broker on the data folder")
                    .containsPattern("OK    data folder: \\S+ has format 1");
        }
    }
}
