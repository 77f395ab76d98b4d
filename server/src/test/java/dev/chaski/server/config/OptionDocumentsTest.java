package dev.chaski.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the tables of the documents to the options. After a change of an option run this test with
 * {@code -Dchaski.docs=write}, and look at what it wrote.
 */
@Timeout(30)
class OptionDocumentsTest {
    private static final Path DOCS =
            Path.of(System.getProperty("chaski.root", "..")).resolve("docs");

    @Test
    void theCompatibilityPageListsEveryFlagOfNsqdWithItsEffect() throws IOException {
        holds(DOCS.resolve("compatibility.md"), "flags", OptionMarkdown.flags(OptionTable.SET, "nsqd"));
    }

    @Test
    void theRunningPageListsEveryOption() throws IOException {
        holds(DOCS.resolve("running.md"), "options", OptionMarkdown.reference(OptionTable.SET));
    }

    @Test
    void bothPagesListTheOptionsOfALookupAlone() throws IOException {
        OptionSet set = LookupdOptions.all();
        holds(DOCS.resolve("compatibility.md"), "lookupd-flags", OptionMarkdown.flags(set, "nsqlookupd"));
        holds(DOCS.resolve("running.md"), "lookupd-options", OptionMarkdown.reference(set));
    }

    @Test
    void theSampleFileListsEveryOption() throws IOException {
        Path file = DOCS.resolveSibling("config").resolve("chaski.toml");
        String expected = OptionSample.toml(OptionTable.SET);
        if ("write".equals(System.getProperty("chaski.docs"))) {
            Files.writeString(file, expected);
        } else {
            assertThat(file).hasContent(expected);
        }
    }

    @Test
    void everyLineOfTheSampleFileIsTakenAndMeansTheDefault(@TempDir Path folder) throws Exception {
        for (Option<?> option : OptionTable.SET.all()) {
            Path file = Files.writeString(folder.resolve("chaski.toml"), OptionSample.line(option));
            Options options = new OptionReader("vm").read(List.of("--config=" + file), Map.of());
            String expected = option == OptionTable.NODE_ID ? "0" : option.defaultText();
            assertThat(options.text(option)).as("%s", option).isEqualTo(expected);
        }
    }

    private static void holds(Path file, String mark, String expected) throws IOException {
        String begin = "<!-- " + mark + " -->\n";
        String end = "<!-- /" + mark + " -->";
        String text = Files.readString(file);
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        assertThat(to).as("marks of " + mark + " in " + file).isGreaterThanOrEqualTo(from);
        String wanted = "\n" + expected.strip() + "\n\n";
        if ("write".equals(System.getProperty("chaski.docs"))) {
            Files.writeString(file, text.substring(0, from) + wanted + text.substring(to));
        } else {
            assertThat(text.substring(from, to)).isEqualTo(wanted);
        }
    }
}
