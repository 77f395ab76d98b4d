package dev.chaski.cli;

import dev.chaski.log.Disk;
import dev.chaski.log.LogException;
import dev.chaski.log.backup.Restore;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski restore}: makes a data folder of a backup. Runs on the main thread. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Bring a backup back into a data folder, on which no broker may run.",
            "",
            "Every file is copied and its checksum compared; until all are there no broker starts on the folder. A broker"
                    + " then serves what the backup was made of. New messages get ids that were never used.",
            "",
            "Exit codes: 0 the folder is ready, 1 it is not, or the backup is damaged, 2 wrong options."
        })
final class RestoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BACKUP", description = "what chaski backup has made; it is only read")
    Path backup = Path.of("");

    @Parameters(index = "1", paramLabel = "FOLDER", description = "the --data-path to be: empty, or not there yet")
    Path folder = Path.of("");

    @Option(names = "--force", description = "set aside what is in FOLDER, into a folder inside it")
    boolean isForced;

    @Option(names = "--allow-damage", description = "bring back what is left of a damaged backup")
    boolean toleratesDamage;

    @Option(
            names = {"-q", "--quiet"},
            description = "say nothing where all goes well")
    boolean isQuiet;

    private final PrintStream out;
    private final PrintStream err;

    RestoreCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        ProgressBar bar = new ProgressBar(err, !isQuiet && Terminal.isOne());
        try {
            Restore.Report report = new Restore(backup, Disk.real(), bar::show)
                    .run(folder, isForced, toleratesDamage, System.currentTimeMillis(), new SecureRandom());
            bar.clear();
            tell(report);
            return report.damage().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        } catch (IOException | LogException e) {
            bar.clear();
            err.println("chaski restore: " + Problem.text(e));
            return ExitCode.FAILED;
        }
    }

    private void tell(Restore.Report report) {
        report.damage().forEach(line -> err.println("chaski restore: " + line));
        if (!isQuiet) {
            out.println("restored " + folder + " as of "
                    + Instant.ofEpochMilli(report.manifest().momentMs()) + ": "
                    + TextTable.counted(report.manifest().entries().size(), "file") + " of "
                    + TextTable.bytes(report.manifest().bytes()));
            if (report.setAside() != null) {
                out.println("what was there before is in " + report.setAside() + ": remove it when it is not missed");
            }
            out.println("start it with: chaski serve --data-path=" + folder);
        }
    }
}
