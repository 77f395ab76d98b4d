package dev.chaski.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of the console's files without a browser, and the rules in them, which Node runs. */
class ConsoleFilesTest {
    /** What the issue allows the first view is 250 KB; this is before compression, so that it never comes near. */
    private static final long FIRST_VIEW_BYTES_MAX = 200_000;

    private static final int LINES_MAX = 300;
    private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"#]+)\"");
    private static final Pattern IMPORT = Pattern.compile("\\bfrom ?['\"]([^'\"]+)['\"]|\\bimport ['\"]([^'\"]+)['\"]");
    /** The name of a language, which no browser asks for. */
    private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";

    private static Path root;

    @BeforeAll
    static void findFiles() throws Exception {
        URI index = ConsoleFilesTest.class
                .getResource("/dev/chaski/console/index.html")
                .toURI();
        root = Path.of(index).getParent();
    }

    @Test
    void thePageHasNoScriptOrStyleOfItsOwn() throws IOException {
        String page = Files.readString(root.resolve("index.html"));
        assertThat(page).doesNotContain("<style").doesNotContainPattern("\\s(style|on[a-z]+)=");
        assertThat(page).doesNotContainPattern("<script(?![^>]*\\ssrc=)");
        for (Path script : ours(".js")) {
            // A policy without unsafe-inline refuses these at run time only.
            assertThat(Files.readString(script))
                    .as(script.toString())
                    .doesNotContainPattern("\\sstyle=|\\bon[a-z]+=[\"$]");
        }
    }

    @Test
    void whatTheFirstViewNeedsIsThereAndSmall() throws IOException {
        TreeMap<String, Long> sizes = new TreeMap<>();
        ArrayDeque<Path> next = new ArrayDeque<>(List.of(root.resolve("index.html")));
        while (!next.isEmpty()) {
            Path file = next.poll();
            assertThat(file).exists();
            if (sizes.put(root.relativize(file).toString(), Files.size(file)) == null) {
                next.addAll(references(file));
            }
        }
        assertThat(sizes).containsKeys("js/main.js", "css/base.css", "lib/lit-html/lit-html.js");
        // The page names all modules, so that the browser asks for them at once.
        List<String> named = references(root.resolve("index.html")).stream()
                .map(file -> root.relativize(file).toString())
                .toList();
        assertThat(named)
                .containsAll(sizes.keySet().stream()
                        .filter(name -> name.endsWith(".js"))
                        .toList());
        long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
        assertThat(bytes).as("bytes of the first view: %s", sizes).isLessThan(FIRST_VIEW_BYTES_MAX);
    }

    private static List<Path> references(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(".html") && !name.endsWith(".js")) {
            return List.of();
        }
        Matcher matcher = (name.endsWith(".html") ? REFERENCE : IMPORT).matcher(Files.readString(file));
        List<Path> found = new ArrayList<>();
        while (matcher.find()) {
            String target = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            found.add(file.resolveSibling(target).normalize());
        }
        return found;
    }

    @Test
    void everyModuleIsUsedAndNoneIsLong() throws IOException {
        String all = "";
        for (Path script : ours(".js")) {
            all += Files.readString(script);
            assertThat(Files.readAllLines(script)).as(script.toString()).hasSizeLessThanOrEqualTo(LINES_MAX);
        }
        all += Files.readString(root.resolve("index.html"));
        for (Path script : ours(".js")) {
            assertThat(all)
                    .as("an import of it")
                    .contains("/" + script.getFileName(), script.getFileName().toString());
        }
    }

    @Test
    void noFileNamesAnotherHost() throws IOException {
        List<Path> files = new ArrayList<>(ours(".js"));
        files.addAll(ours(".css"));
        files.addAll(ours(".svg"));
        files.addAll(ours(".html"));
        assertThat(files).hasSizeGreaterThan(20);
        for (Path file : files) {
            assertThat(Files.readString(file).replace(SVG_NAMESPACE, ""))
                    .as(file.toString())
                    .doesNotContainPattern("https?://(?!127\\.0\\.0\\.1)|url\\(|@import");
        }
    }

    private static List<Path> ours(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.startsWith(root.resolve("lib")))
                    .toList();
        }
    }

    /** Node takes them for modules only with a package.json beside them, which a browser does not need. */
    @Test
    void theRulesHold(@TempDir Path work) throws Exception {
        Assumptions.assumeTrue(hasNode(), "there is no Node on this machine");
        copy(root.resolve("js"), work.resolve("js"));
        copy(Path.of("src/test/js").toAbsolutePath(), work.resolve("test"));
        Files.writeString(work.resolve("package.json"), "{\"type\": \"module\"}");
        Path output = work.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of("node", "--test"));
        try (Stream<Path> tests = Files.list(work.resolve("test"))) {
            tests.sorted().map(Path::toString).forEach(command::add);
        }
        Process node = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("node ends").isTrue();
        assertThat(node.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).containsPattern("(?m)^\\S+ pass [1-9]");
    }

    private static boolean hasNode() {
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
