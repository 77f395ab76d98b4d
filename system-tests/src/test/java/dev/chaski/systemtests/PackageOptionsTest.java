package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code chaski package} says before it makes anything. */
class PackageOptionsTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("chaski.root", "..")).resolve("chaski");

    private record Ended(int code, String printed) {}

    private static Ended run(Path launcher, String... words) throws Exception {
        return run(Map.of(), launcher, words);
    }

    private static Ended run(Map<String, String> environment, Path launcher, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toAbsolutePath().toString(), "package"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), printed);
    }

    @Test
    void itSaysWhatItTakes() throws Exception {
        Ended ended = run(LAUNCHER, "--help");
        assertThat(ended.printed()).contains("--output=<folder>", "--type=<type>", "Exit codes:");
        assertThat(ended.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--typ=tar, unknown option: --typ=tar",
        "--type=rpm, '--type=rpm: allowed is tar, deb or all'",
        "--output, --output needs a value",
        "--output=, --output needs a value",
        "tar, unknown option: tar"
    })
    void aWrongOptionIsToldOf(String option, String expected) throws Exception {
        Ended ended = run(LAUNCHER, option);
        assertThat(ended.printed()).contains(expected, "See chaski package --help");
        assertThat(ended.code()).isEqualTo(2);
    }

    @Test
    void aJdkThatCannotLinkIsToldOf(@TempDir Path jdk) throws Exception {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        for (String program : List.of("java", "javac", "jlink")) {
            Path file = Files.writeString(
                    jdk.resolve("bin").resolve(program), "#!/bin/sh\necho 'Linking from run-time image disabled'\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Ended ended = run(Map.of("CHASKI_JAVA_HOME", jdk.toString()), LAUNCHER, "--type=tar");
        assertThat(ended.printed()).contains(jdk + " cannot make runtimes", "jmods");
        assertThat(ended.code()).isEqualTo(1);
    }

    @Test
    void outOfAPackageNoneIsMade(@TempDir Path folder) throws Exception {
        Path launcher =
                Files.copy(LAUNCHER, folder.resolve("chaski"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Ended ended = run(launcher);
        assertThat(ended.printed()).contains("packages are made in a source checkout");
        assertThat(ended.code()).isEqualTo(2);
    }
}
