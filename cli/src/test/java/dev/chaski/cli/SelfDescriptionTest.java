package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the commands say of themselves: help, manual pages, and completion in a real bash. */
@Timeout(120)
class SelfDescriptionTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private PrintStream print() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(SelfDescriptionTest::all));
    }

    private static int run(String input, String... command) throws IOException, InterruptedException {
        return run(new ByteArrayOutputStream(), input, command);
    }

    private static int run(ByteArrayOutputStream output, String input, String... command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        process.getInputStream().transferTo(output);
        return process.waitFor();
    }

    @TestFactory
    List<DynamicTest> anExampleOfAnyCommandIsUnderstoodByIt() {
        List<DynamicTest> tests = new ArrayList<>();
        CommandLine tree = CommandTree.whole();
        all(tree).forEach(command -> {
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                int at = line.indexOf("chaski ");
                if (at >= 0 && !line.startsWith("Start with")) {
                    tests.add(DynamicTest.dynamicTest(line.strip(), () -> isUnderstood(tree, line.substring(at))));
                }
            }
        });
        assertThat(tests).hasSizeGreaterThan(25);
        return tests;
    }

    /** Parsed, not run: what runs is in the documents. */
    private static void isUnderstood(CommandLine tree, String example) {
        String words = example.replaceAll("[|>)].*", "").strip();
        List<String> arguments = new ArrayList<>();
        for (String word : words.split(" (?=([^']*'[^']*')*[^']*$)", -1)) {
            arguments.add(word.replace("'", ""));
        }
        CommandLine.ParseResult parsed =
                tree.parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
        assertThat(parsed.hasSubcommand()).isTrue();
    }

    @Test
    void helpIsThatOfTheCommand() {
        for (List<String> command :
                List.of(List.of("pub"), List.of("topic", "create"), List.of("serve"), List.of("doctor"))) {
            out.reset();
            HelpCommand help = new HelpCommand(print(), print());
            help.command = command;
            assertThat(help.call()).isEqualTo(ExitCode.OK);
            assertThat(printed()).contains("chaski " + String.join(" ", command));
        }
        HelpCommand help = new HelpCommand(print(), print());
        help.command = List.of("topic", "crate");
        assertThat(help.call()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void nobodyWarnsOfAManualPage() throws Exception {
        ManCommand man = new ManCommand(print(), print());
        man.folder = folder.resolve("man1");
        assertThat(man.call()).isEqualTo(ExitCode.OK);
        List<Path> pages;
        try (Stream<Path> files = Files.list(man.folder)) {
            pages = files.sorted().toList();
        }
        assertThat(pages)
                .extracting(page -> page.getFileName().toString())
                .contains("chaski.1", "chaski-serve.1", "chaski-topic-create.1", "chaski-channel-show.1");
        assumeThat(Files.isExecutable(Path.of("/usr/bin/groff")))
                .as("there is a groff")
                .isTrue();
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-ww", "-z", "-Tutf8"));
        pages.forEach(page -> command.add(page.toString()));
        ByteArrayOutputStream warnings = new ByteArrayOutputStream();
        assertThat(run(warnings, "", command.toArray(String[]::new))).isZero();
        assertThat(warnings.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void pagesOfOneSourceAreTheSameWhenever() {
        assertThat(ManCommand.date(Map.of("SOURCE_DATE_EPOCH", "86400"))).isEqualTo("1970-01-02");
        assertThat(ManCommand.date(Map.of("SOURCE_DATE_EPOCH", "soon"))).matches("20\\d\\d-\\d\\d-\\d\\d");
    }

    /** What bash offers after some words. */
    private String offered(String... words) throws Exception {
        CompletionCommand completion = new CompletionCommand(print());
        completion.run();
        String line = String.join(" ", words);
        String script =
                printed() + "\ncompopt() { :; }; COMP_LINE='" + line + "' COMP_POINT=" + line.length() + " COMP_WORDS=("
                        + String.join(" ", words).replace(" ''", " ''") + ") COMP_CWORD=" + (words.length - 1)
                        + "\n_complete_chaski\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
        ByteArrayOutputStream offers = new ByteArrayOutputStream();
        assertThat(run(offers, script, "bash", "--norc", "-s"))
                .as(offers.toString(StandardCharsets.UTF_8))
                .isZero();
        out.reset();
        return offers.toString(StandardCharsets.UTF_8);
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assertThat(offered("chaski", "to").lines()).containsExactlyInAnyOrder("topic", "to-file", "to-http");
        assertThat(offered("chaski", "topic", "''").lines()).contains("create", "delete", "show");
        assertThat(offered("chaski", "pub", "--ba").lines()).containsExactly("--batch");
        assertThat(offered("chaski", "serve", "--max-msg-s").lines()).containsExactly("--max-msg-size");
        assertThat(run("true", "bash", "-n")).isZero();
    }
}
