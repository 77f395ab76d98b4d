package dev.chaski.cli;

import dev.chaski.cli.manual.ManualPages;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski man}: the manual pages. Runs on the main thread. */
@Command(
        name = "man",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Print the manual page of a command, or write those of all.",
            "",
            "The date on them is today's, or that of SOURCE_DATE_EPOCH."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:it could not be written", "2:there is no such command"},
        footerHeading = "%nExamples:%n",
        footer = {"  chaski man pub | man -l -", "  chaski man topic create | man -l -", "  chaski man --dir=man1"})
final class ManCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "such as pub, or topic create")
    List<String> command = List.of();

    @Option(names = "--dir", paramLabel = "<folder>", description = "write all pages there, one file each")
    @Nullable
    Path folder;

    private final PrintStream out;
    private final PrintStream err;

    ManCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws IOException {
        CommandLine tree = CommandTree.whole();
        ManualPages pages = new ManualPages(tree, Version.text(), date(System.getenv()));
        if (folder != null) {
            Files.createDirectories(folder);
            Map<String, String> all = pages.all();
            for (Map.Entry<String, String> page : all.entrySet()) {
                Files.writeString(folder.resolve(page.getKey()), page.getValue());
            }
            out.println("wrote " + all.size() + " pages to " + folder);
            return ExitCode.OK;
        }
        CommandLine found = HelpCommand.find(tree, command);
        if (found == null) {
            err.println("chaski man: there is no command " + String.join(" ", command) + ". See chaski --help");
            return ExitCode.USAGE;
        }
        out.print(pages.page(found));
        out.flush();
        return ExitCode.OK;
    }

    /** Pages of one source are to be the same, whenever they are made. */
    static String date(Map<String, String> environment) {
        String epoch = environment.getOrDefault("SOURCE_DATE_EPOCH", "");
        return epoch.matches("\\d{1,11}")
                ? LocalDate.ofInstant(Instant.ofEpochSecond(Long.parseLong(epoch)), ZoneOffset.UTC)
                        .toString()
                : LocalDate.now(ZoneOffset.UTC).toString();
    }
}
