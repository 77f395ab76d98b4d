package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * One real Chromium, driven by Playwright in a Node process: a line of JSON for each scenario of
 * {@code src/test/js/console/scenarios.js}, and a line as its answer. Used by the thread of one test at a time.
 */
final class ConsoleBrowser implements AutoCloseable {
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process node;
    private final Writer questions;
    private final BufferedReader answers;

    private ConsoleBrowser(Process node) {
        this.node = node;
        questions = node.outputWriter(StandardCharsets.UTF_8);
        answers = node.inputReader(StandardCharsets.UTF_8);
    }

    /** Brings what drives the browser into a folder, and starts it; skips the test where there is no Chromium. */
    static ConsoleBrowser start(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Commands.isInstalled("node") && Commands.isInstalled("npm"), "there is no Node on this machine");
        Optional<Path> chromium = Commands.find("chromium");
        Assumptions.assumeTrue(chromium.isPresent(), "there is no Chromium on this machine");
        Path sources = Path.of(System.getProperty("chaski.root"), "system-tests/src/test/js/console");
        try (var files = Files.list(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Commands.run(folder, INSTALL_TIMEOUT, List.of("npm", "ci", "--silent"));
        Process node = new ProcessBuilder("node", "browser.js", "--chromium=" + chromium.get())
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ConsoleBrowser browser = new ConsoleBrowser(node);
        browser.answer();
        return browser;
    }

    /** Plays a scenario against the console at {@code base}; fails with what the page said. Returns its figures. */
    JsonNode play(String scenario, String base, Map<String, Object> more) throws IOException {
        Map<String, Object> question = new LinkedHashMap<>(more);
        question.put("scenario", scenario);
        question.put("base", base);
        questions.write(JSON.writeValueAsString(question) + "\n");
        questions.flush();
        JsonNode figures = answer();
        System.out.println("console: " + scenario + " " + figures);
        return figures;
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        assertThat(line).as("an answer of the browser's driver").isNotNull();
        JsonNode answer = JSON.readTree(line);
        assertThat(answer.path("error").asText()).isEmpty();
        return answer.path("figures");
    }

    @Override
    public void close() {
        try {
            // The end of its input closes the browser, too.
            questions.close();
            if (!node.waitFor(10, TimeUnit.SECONDS)) {
                node.descendants().forEach(ProcessHandle::destroyForcibly);
                node.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
