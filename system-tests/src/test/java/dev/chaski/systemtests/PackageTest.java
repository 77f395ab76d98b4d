package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The tar.gz that {@code chaski package} makes, which takes a minute: {@code -Dchaski.package=true} or {@code -Pwhole}. */
@EnabledIfSystemProperty(named = "chaski.package", matches = "true", disabledReason = "takes a minute")
class PackageTest {
    private static final Path ROOT =
            Path.of(System.getProperty("chaski.root", "..")).toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    static Path folder;

    private static Path file;
    private static UnpackedPackage unpacked;

    @BeforeAll
    static void make() throws Exception {
        file = make(folder.resolve("made"));
        unpacked = UnpackedPackage.of(file, folder.resolve("somewhere else"));
    }

    private static Path make(Path output) throws Exception {
        Commands.run(
                ROOT, LIMIT, List.of(ROOT.resolve("chaski").toString(), "package", "--type=tar", "--output=" + output));
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(each -> each.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void itServesWithoutJavaAndKeepsWhatItAcknowledgedOverKillMinusNine() throws Exception {
        Map<String, String> before = unpacked.contents();
        Path data = folder.resolve("data");
        UnpackedPackage.Broker broker = unpacked.serve(data, folder.resolve("first.log"));
        try (CommandProcess process = broker.process()) {
            assertThat(broker.http().post("/pub?topic=orders", "kept").status()).isEqualTo(200);
            process.killMinusNine();
        }
        UnpackedPackage.Broker again = unpacked.serve(data, folder.resolve("second.log"));
        try (CommandProcess process = again.process()) {
            try (RawNsq consumer = RawNsq.connect(again.nsq())) {
                RawNsq.Message message =
                        consumer.subscribe("orders", "billing").ready(1).readMessage();
                assertThat(new String(message.body(), StandardCharsets.UTF_8)).isEqualTo("kept");
                consumer.finishSurely(message.id());
            }
            assertThat(threadsOf(process)).contains("\"main\"");
            assertThat(process.end()).isZero();
        }
        assertThat(unpacked.contents()).as("what was unpacked, after use").isEqualTo(before);
    }

    /** As an operator asks a broker that hangs. */
    private static String threadsOf(CommandProcess broker) throws Exception {
        String jcmd = unpacked.folder().resolve("runtime/bin/jcmd").toString();
        return Commands.run(folder, LIMIT, List.of(jcmd, Long.toString(broker.pid()), "Thread.print"));
    }

    @Test
    void itsCommandsRunAndItsManualIsThere() throws Exception {
        assertThat(unpacked.run("version")).startsWith("chaski " + version() + " (Java ");
        assertThat(unpacked.run("help")).contains("serve", "to-file");
        assertThat(unpacked.run("check")).isNotEmpty();
        for (String page : List.of("chaski.1", "chaski-serve.1", "chaski-topic-create.1")) {
            assertThat(unpacked.folder().resolve("share/man/man1").resolve(page))
                    .content()
                    .startsWith(".TH ");
        }
        assertThat(unpacked.folder().resolve("share/bash-completion/completions/chaski"))
                .content()
                .contains("to-http");
        assertThat(unpacked.folder().resolve("config/chaski.toml"))
                .hasSameTextualContentAs(ROOT.resolve("config/chaski.toml"));
    }

    @Test
    void classesComeFromTheStartUpCacheAlsoWhereItWasNotMade() throws Exception {
        List<String> command = unpacked.command("version");
        command.replaceAll(word -> word.startsWith("CHASKI_JAVA_OPTS=") ? word + " -Xlog:class+load:stdout" : word);
        assertThat(Commands.run(folder, LIMIT, command).lines())
                .filteredOn(line -> line.contains(" dev.chaski.cli.Main source:"))
                .singleElement()
                .asString()
                .endsWith("source: shared objects file");
    }

    @Test
    void aCacheThatDoesNotFitTheRuntimeIsNoticedHereAndHarmlessOtherwise() throws Exception {
        UnpackedPackage other = UnpackedPackage.of(file, folder.resolve("changed"));
        Files.write(other.folder().resolve("runtime/lib/modules"), new byte[1], StandardOpenOption.APPEND);
        Process strict = new ProcessBuilder(other.command("version"))
                .redirectErrorStream(true)
                .start();
        assertThat(new String(strict.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Unable to use AOT cache");
        assertThat(strict.waitFor()).isEqualTo(1);

        List<String> usual = other.command("version");
        usual.removeIf(word -> word.startsWith("CHASKI_JAVA_OPTS="));
        assertThat(Commands.run(folder, LIMIT, usual)).startsWith("chaski ");
    }

    @Test
    void itIsMadeTheSameAgainButForTheCache() throws Exception {
        Map<String, String> first = unpacked.contents();
        Path madeAgain = make(folder.resolve("again"));
        Map<String, String> second =
                UnpackedPackage.of(madeAgain, folder.resolve("unpacked again")).contents();
        assertThat(first.remove("lib/start.aot")).isNotNull();
        assertThat(second.remove("lib/start.aot")).isNotNull();
        assertThat(second).isEqualTo(first);
    }

    @Test
    void itsRuntimeHasTheModulesThatOurClassesName() throws Exception {
        StringWriter printed = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
        List<String> words = new ArrayList<>(List.of("--print-module-deps", "--ignore-missing-deps"));
        words.addAll(ourJars());
        PrintWriter out = new PrintWriter(printed);
        assertThat(jdeps.run(out, out, words.toArray(String[]::new)))
                .as("%s", printed)
                .isZero();

        String release = Files.readString(unpacked.folder().resolve("runtime/release"));
        String modules = release.replaceAll("(?s).*MODULES=\"([^\"]*)\".*", "$1");
        assertThat(modules.split(" ")).contains(printed.toString().strip().split(","));
    }

    private static List<String> ourJars() throws IOException {
        try (Stream<Path> jars = Files.list(unpacked.folder().resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().matches("chaski.*\\.jar"))
                    .map(Path::toString)
                    .toList();
        }
    }

    @Test
    void eachLibraryHasItsLicenceAndTheSumIsRight() throws Exception {
        String list = Files.readString(unpacked.folder().resolve("licenses/THIRD-PARTY.txt"));
        try (Stream<Path> jars = Files.list(unpacked.folder().resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString())
                            .filter(name -> name.endsWith(".jar") && !name.startsWith("chaski")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(list).contains("\n" + name + "\n"));
        }
        assertThat(Pattern.compile("text: +(\\S+)").matcher(list).results())
                .isNotEmpty()
                .allSatisfy(
                        text -> assertThat(unpacked.folder().resolve("licenses").resolve(text.group(1)))
                                .exists());
        assertThat(Path.of(file + ".sha256"))
                .hasContent(UnpackedPackage.sha256(file) + "  " + file.getFileName() + "\n");
    }

    private static String version() throws IOException {
        return Files.readString(ROOT.resolve("pom.xml")).replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1");
    }
}
