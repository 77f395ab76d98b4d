package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.Chaski;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code chaski stat} on a terminal, which {@code script} makes. */
@Timeout(90)
class StatScreenTest {
    private static final Path SCRIPT = Path.of("/usr/bin/script");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Chaski broker;

    @BeforeEach
    void start() throws Exception {
        assumeThat(Files.isExecutable(SCRIPT)).as("there is a script(1)").isTrue();
        broker = Chaski.start();
        broker.topics().create("orders", "billing");
    }

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    /** By q, and by what Ctrl-C sends: signals work while keys come one by one. */
    @ParameterizedTest
    @ValueSource(strings = {"q", "\u0003"})
    void aKeyEndsItAndTheTerminalIsAsItWasBefore(String key) throws Exception {
        assumeThat(key.equals("q") || !InheritedSignals.ignored("INT"))
                .as("started with SIGINT ignored, as a shell's background jobs are, and so is what runs here")
                .isTrue();
        String stat = "'" + String.join("' '", ChaskiProcess.briefCommand()) + "' stat --broker-http=127.0.0.1:"
                + broker.httpAddress().getPort();
        // Its own trap: a dash would end at once with what is meant for the program.
        String shell = "trap : INT; stty rows 10 cols 72; " + stat + "; echo ended=$?; stty -a";
        Process terminal = new ProcessBuilder(List.of(SCRIPT.toString(), "-qec", shell, "/dev/null"))
                .redirectErrorStream(true)
                .start();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reading = Thread.ofVirtual().start(() -> {
            try {
                terminal.getInputStream().transferTo(output);
            } catch (IOException e) {
                // It ended.
            }
        });
        try {
            await().atMost(PATIENCE).until(() -> text(output).contains("billing"));
            terminal.getOutputStream().write(key.getBytes(StandardCharsets.US_ASCII));
            terminal.getOutputStream().flush();
            await().atMost(PATIENCE).until(() -> text(output).contains("icanon"));
            assertThat(terminal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            terminal.destroy();
            reading.join();
        }
        String shown = text(output);
        assertThat(shown).contains("chaski stat  1 node", "1 topic, 1 channel,", "ended=0");
        assertThat(shown.indexOf("\u001b[?1049h")).isNotNegative().isLessThan(shown.indexOf("\u001b[?1049l"));
        assertThat(shown.substring(shown.indexOf("ended="))).doesNotContain("-icanon", "-echo ");
        String frame = shown.substring(shown.indexOf("\u001b[H"), shown.indexOf("\u001b[J"));
        assertThat(frame.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").lines())
                .hasSizeLessThanOrEqualTo(10)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(72));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
