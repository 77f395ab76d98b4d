package dev.chaski.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

class ManualPagesTest {
    @Command(
            name = "pub",
            description = {"Publish. Well.", "", "It's 100%% \\ safe – mostly."},
            exitCodeList = {"0:done"},
            footer = {"  .pub 'x'"})
    static final class Pub implements Runnable {
        @Parameters(paramLabel = "TOPIC", description = ".hidden is a topic, too")
        String topic = "";

        @Option(
                names = {"-r", "--rate"},
                paramLabel = "<n>",
                description = "so many (default: ${DEFAULT-VALUE})")
        int rate = 7;

        @Override
        public void run() {}
    }

    @Command(name = "chaski", description = "A broker.")
    static final class Root {}

    private final CommandLine root = new CommandLine(new Root()).addSubcommand(new Pub());

    @Test
    void aPageSaysWhatTheCommandSaysOfItself() {
        String page = new ManualPages(root, "1.0", "2026-11-21").all().get("chaski-pub.1");
        assertThat(page.lines())
                .containsExactly(
                        ".TH CHASKI\\-PUB 1 \"2026-11-21\" \"chaski 1.0\" Chaski",
                        ".SH \"NAME\"",
                        "chaski\\-pub \\- Publish",
                        ".SH \"SYNOPSIS\"",
                        ".B \"chaski pub\"",
                        "[OPTIONS] TOPIC",
                        ".SH \"DESCRIPTION\"",
                        "Publish. Well.",
                        ".PP",
                        "It\\(aqs 100% \\e safe \\[u2013] mostly.",
                        ".SH \"ARGUMENTS\"",
                        ".TP",
                        ".B \"TOPIC\"",
                        "\\&.hidden is a topic, too",
                        ".SH \"OPTIONS\"",
                        ".TP",
                        ".B \"\\-r, \\-\\-rate=<n>\"",
                        "so many (default: 7)",
                        ".SH \"EXIT STATUS\"",
                        ".TP",
                        ".B \"0\"",
                        "done",
                        ".SH \"EXAMPLES\"",
                        ".EX",
                        "\\&.pub \\(aqx\\(aq",
                        ".EE",
                        ".SH \"SEE ALSO\"",
                        "chaski(1)");
    }

    @Test
    void thereIsAPageForEachCommand() {
        assertThat(new ManualPages(root, "1.0", "2026-11-21").all().keySet())
                .containsExactly("chaski.1", "chaski-pub.1");
    }

    @Test
    void fishIsToldOfCommandsAndOptions() {
        assertThat(FishCompletion.of(root).lines())
                .contains(
                        "complete -c chaski -n '__fish_use_subcommand' -a pub -d 'Publish'",
                        "complete -c chaski -n '__fish_seen_subcommand_from pub' -s r -l rate -r -d 'so many (default: 7)'");
    }
}
