package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Programs of the machine that a test runs. */
final class Commands {
    private Commands() {}

    /** Whether a program is on the PATH. */
    static boolean isInstalled(String program) {
        return find(program).isPresent();
    }

    /** Where a program is on the PATH. */
    static Optional<Path> find(String program) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program to its end; returns what it printed and fails where it fails. */
    static String run(Path folder, Duration limit, List<String> command) throws IOException, InterruptedException {
        return finish(start(folder, command), limit, command);
    }

    /** Starts a program; what it prints as errors appears in the test's output. */
    static Process start(Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        return process;
    }

    /** Waits for a started program. */
    static String finish(Process process, Duration limit, List<String> command)
            throws IOException, InterruptedException {
        // A watchdog, since reading its output has no time-out: what hangs is killed, and then fails below.
        Thread watchdog = Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                    process.toHandle().destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        watchdog.join();
        assertThat(exit)
                .as("exit code of %s within %s; it printed:\n%s", command, limit, output)
                .isZero();
        return output;
    }
}
