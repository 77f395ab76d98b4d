package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The package for Debian, of a tree that has files of the right names: quick, and without root. */
@Timeout(60)
class DebianFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("chaski.root", ".."));
    private static final Path UNIT = ROOT.resolve("deploy/debian/chaski.service");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = folder.resolve("tree");
        for (String file : List.of(
                "chaski",
                "lib/chaski.jar",
                "runtime/bin/java",
                "CHANGELOG.md",
                "licenses/THIRD-PARTY.txt",
                "share/man/man1/chaski.1",
                "share/bash-completion/completions/chaski",
                "share/fish/vendor_completions.d/chaski.fish")) {
            Files.createDirectories(tree.resolve(file).getParent());
            Files.writeString(tree.resolve(file), "the " + file + "\n");
        }
        Files.createDirectories(tree.resolve("config"));
        Files.copy(ROOT.resolve("config/chaski.toml"), tree.resolve("config/chaski.toml"));
        release("1.2.0-rc.1", "x64");
    }

    private void release(String version, String architecture) throws IOException {
        Files.writeString(tree.resolve("release"), "VERSION=\"" + version + "\"\nOS_ARCH=\"" + architecture + "\"\n");
    }

    private record Result(int code, String output) {}

    private Result make(Map<String, String> environment, String... arguments) throws Exception {
        String script = ROOT.resolve("bin/package-deb.sh").toAbsolutePath().toString();
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(script), java.util.stream.Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Result(process.waitFor(), Files.readString(output));
    }

    private String run(String... command) throws IOException, InterruptedException {
        return Commands.run(folder, LIMIT, List.of(command));
    }

    @Test
    void theSameTreeGivesTheSamePackage() throws Exception {
        Assumptions.assumeTrue(Commands.isInstalled("dpkg-deb"), "there is no dpkg-deb on this machine");
        Map<String, String> environment = Map.of("SOURCE_DATE_EPOCH", "1767225600");
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Result made = make(environment, tree.toString(), first.toString());
        assertThat(made.code()).as(made.output()).isZero();
        assertThat(make(environment, tree.toString(), second.toString()).code()).isZero();
        String name = "chaski_1.2.0~rc.1-1_amd64.deb";
        assertThat(made.output().lines().toList()).last().isEqualTo(name);
        assertThat(first.resolve(name)).hasSameBinaryContentAs(second.resolve(name));

        String deb = first.resolve(name).toString();
        assertThat(run("dpkg-deb", "--field", deb, "Version").strip()).isEqualTo("1.2.0~rc.1-1");
        assertThat(run("dpkg-deb", "--contents", deb).lines())
                .allMatch(line -> line.matches("[-dl][rwx-]{9} root/root +.*"))
                .anyMatch(line -> line.endsWith("./usr/bin/chaski -> ../lib/chaski/chaski"))
                .noneMatch(line -> line.contains("/usr/local/"));
        run("dpkg-deb", "--raw-extract", deb, folder.resolve("out").toString());
        Path out = folder.resolve("out");
        assertThat(Files.readAllLines(out.resolve("DEBIAN/conffiles")))
                .containsExactly("/etc/chaski/chaski.toml", "/etc/default/chaski", "/etc/logrotate.d/chaski");
        startsWithItsOwnSettings(out);
    }

    private static void startsWithItsOwnSettings(Path out) throws Exception {
        SystemdUnit unit = SystemdUnit.parse(Files.readString(out.resolve("lib/systemd/system/chaski.service")));
        List<String> words = unit.execStart();
        assertThat(words.getFirst()).isEqualTo("/usr/bin/chaski");
        assertThat(words.get(1)).isEqualTo("serve");
        OptionReader reader = new OptionReader("host");
        Options options = reader.read(
                words.stream()
                        .skip(2)
                        .map(word -> word.replace("=/etc/", "=" + out + "/etc/"))
                        .toList(),
                Map.of());
        assertThat(reader.notes()).isEmpty();
        assertThat(options.get(OptionTable.DATA_PATH))
                .isEqualTo("/var/lib/" + unit.get("StateDirectory"))
                .isEqualTo(unit.get("WorkingDirectory"));
        assertThat(unit.seconds("TimeoutStopSec")).isGreaterThan(options.get(OptionTable.DRAIN_TIMEOUT));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    1.2,          x64,     VERSION is
                    1.2.0 && ls,  x64,     VERSION is
                    1.2.0,        sparc64, OS_ARCH is
                    """)
    void whatNoPackageCanBeMadeOfIsRefused(String version, String architecture, String message) throws Exception {
        Assumptions.assumeTrue(Commands.isInstalled("dpkg-deb"), "there is no dpkg-deb on this machine");
        release(version, architecture);
        Result result = make(Map.of(), tree.toString(), folder.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).startsWith("package-deb: ").contains(message);
        assertThat(folder).isDirectoryNotContaining("glob:**.deb*");
    }

    @Test
    void wrongArgumentsAreRefused() throws Exception {
        assertThat(make(Map.of()).code()).isEqualTo(2);
        Files.delete(tree.resolve("lib/chaski.jar"));
        Result result = make(Map.of(), tree.toString(), folder.toString());
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains("has no lib/chaski.jar");
    }

    /** systemd's own opinion, of the unit as it is but for the program, which is not here. */
    @Test
    void systemdKnowsEverySettingOfTheUnit() throws Exception {
        Assumptions.assumeTrue(Commands.isInstalled("systemd-analyze"), "there is no systemd-analyze on this machine");
        Path unit = folder.resolve("chaski.service");
        Files.writeString(unit, Files.readString(UNIT).replace("/usr/bin/chaski", "/bin/true"));
        assertThat(systemdAnalyze(unit)).isEmpty();
        Files.writeString(unit, Files.readString(unit).replace("PrivateTmp=", "PrivateTemp="));
        assertThat(systemdAnalyze(unit)).contains("PrivateTemp");
    }

    private String systemdAnalyze(Path unit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("systemd-analyze", "verify", "--man=no", unit.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.lines()
                .filter(line -> line.contains("chaski.service"))
                .reduce("", (all, line) -> all + line + "\n");
    }
}
