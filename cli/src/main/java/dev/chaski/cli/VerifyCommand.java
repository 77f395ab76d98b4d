package dev.chaski.cli;

import dev.chaski.engine.FolderTopics;
import dev.chaski.engine.FolderTopics.FoundTopic;
import dev.chaski.log.LogException;
import dev.chaski.log.backup.Manifest;
import dev.chaski.log.backup.Verification;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.Inspector;
import dev.chaski.log.inspect.StreamReport;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski verify}: whether a backup or a data folder is as it was written. Runs on the main thread. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Check every checksum of a backup or of a data folder. Changes nothing; a broker may run on the folder.",
            "",
            "Exit codes: 0 everything is as it was written, 1 something is damaged or cannot be read, 2 wrong options."
        })
final class VerifyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "a backup, or a broker's --data-path")
    Path folder = Path.of("");

    @Option(names = "--json", description = "print what was found as JSON")
    boolean isJson;

    @Option(
            names = {"-q", "--quiet"},
            description = "say nothing where all is well")
    boolean isQuiet;

    private final PrintStream out;
    private final PrintStream err;

    VerifyCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        ProgressBar bar = new ProgressBar(err, !isJson && !isQuiet && Terminal.isOne());
        try {
            Verification.Report report = new Verification(
                            folder,
                            bar::show,
                            (done, all, stream) -> bar.show(done, all, "records of stream " + stream))
                    .run();
            bar.clear();
            Map<Integer, String> topics = report.content() == null ? Map.of() : topics();
            if (isJson) {
                out.println(BackupJson.text(folder, report, topics));
            } else {
                tell(report, topics);
            }
            return report.isClean() ? ExitCode.OK : ExitCode.FAILED;
        } catch (LogException e) {
            bar.clear();
            err.println("chaski verify: " + Problem.text(e));
            return ExitCode.FAILED;
        }
    }

    private Map<Integer, String> topics() throws LogException {
        Map<Integer, String> names = new HashMap<>();
        for (FoundTopic topic : FolderTopics.read(Inspector.open(folder))) {
            names.put(topic.stream(), topic.name());
        }
        return names;
    }

    private void tell(Verification.Report report, Map<Integer, String> topics) {
        for (Damage damage : report.damage()) {
            out.println("damage: " + damage.file() + ": " + damage.what() + where(damage, topics));
        }
        if (!report.isClean()) {
            out.println(TextTable.counted(report.damage().size(), "place") + " damaged");
        } else if (!isQuiet) {
            out.println("clean: " + what(report, topics.size()));
        }
    }

    private static String where(Damage damage, Map<Integer, String> topics) {
        if (damage.stream() == 0) {
            return "";
        }
        String topic = topics.getOrDefault(damage.stream(), "of stream " + damage.stream());
        String offsets = damage.endOffset() > damage.firstOffset()
                ? ", offsets " + damage.firstOffset() + " to " + (damage.endOffset() - 1)
                : "";
        return " (topic " + topic + offsets + ")";
    }

    private static String what(Verification.Report report, int topics) {
        FolderReport content = report.content();
        long messages = content == null
                ? 0
                : content.streams().stream().mapToLong(StreamReport::messages).sum();
        String held = TextTable.counted(messages, "message") + " of " + TextTable.counted(topics, "topic");
        Manifest manifest = report.manifest();
        return manifest == null
                ? held
                : held + " in " + TextTable.counted(manifest.entries().size(), "file") + " of "
                        + TextTable.bytes(manifest.bytes()) + ", a backup of " + manifest.dataFolder() + " as of "
                        + Instant.ofEpochMilli(manifest.momentMs()) + " by Chaski " + manifest.version();
    }
}
