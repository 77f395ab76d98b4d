package dev.chaski.cli;

import dev.chaski.log.Disk;
import dev.chaski.log.LogException;
import dev.chaski.log.SnapshotRequest;
import dev.chaski.log.SnapshotView;
import dev.chaski.log.backup.Backup;
import dev.chaski.log.backup.BackupReport;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski backup}: a consistent copy of a data folder. Runs on the main thread. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Back up a data folder as it is at one moment, while a broker runs on it or not.",
            "",
            "Everything that was acknowledged before it began is in it, with each channel's place, what is deferred,"
                    + " paused and in flight, and attempts. On the same file system files are linked, not copied; so are"
                    + " those that the newest backup beside TARGET has already. It talks to the broker through the data"
                    + " folder, so run it on the broker's machine, as the broker's user.",
            "",
            "Exit codes: 0 the backup is whole and on the disk, 1 there is none, 2 wrong options."
        })
final class BackupCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FOLDER", description = "the broker's --data-path")
    Path folder = Path.of("");

    @Parameters(index = "1", paramLabel = "TARGET", description = "a folder to be made: a name that is not taken")
    Path target = Path.of("");

    @Option(names = "--since", paramLabel = "<backup>", description = "share files with this one, not with the newest")
    @Nullable
    Path since;

    @Option(names = "--full", description = "share files with no earlier backup")
    boolean isFull;

    @Option(
            names = "--wait",
            paramLabel = "<seconds>",
            description = "how long a busy broker may take to answer (default: ${DEFAULT-VALUE})")
    int waitS = 60;

    @Option(names = "--json", description = "print what was done as JSON")
    boolean isJson;

    @Option(
            names = {"-q", "--quiet"},
            description = "say nothing where all goes well")
    boolean isQuiet;

    private final PrintStream out;
    private final PrintStream err;
    private final Consumer<Runnable> signals;
    private final AtomicBoolean isCancelled = new AtomicBoolean();

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    BackupCommand(PrintStream out, PrintStream err, Consumer<Runnable> signals) {
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        if (since != null && isFull || waitS < 1) {
            err.println("chaski backup: "
                    + (waitS < 1 ? "--wait is 1 or more" : "--full shares with none, --since with one: not both"));
            return ExitCode.USAGE;
        }
        signals.accept(() -> isCancelled.set(true));
        ProgressBar bar = new ProgressBar(err, !isJson && !isQuiet && Terminal.isOne());
        try {
            tell(backUp(bar), bar);
            return ExitCode.OK;
        } catch (LogException | IOException e) {
            return failed(bar, Problem.text(e));
        } catch (CancellationException | InterruptedException e) {
            return failed(bar, "ended before it was done, and removed what it had written");
        }
    }

    private int failed(ProgressBar bar, String why) {
        bar.clear();
        err.println("chaski backup: " + why);
        return ExitCode.FAILED;
    }

    /** A backup, and how long it took. */
    private record Done(BackupReport report, @Nullable Path earlier, Duration took) {}

    private Done backUp(ProgressBar bar) throws LogException, IOException, InterruptedException {
        Backup.checkTarget(target);
        long startNs = System.nanoTime();
        try (SnapshotRequest request = SnapshotRequest.begin(folder)) {
            SnapshotView snapshot = request.take(Duration.ofSeconds(waitS).toMillis());
            Path earlier = isFull ? null : since != null ? since : Backup.newestBeside(target);
            Backup backup = new Backup(snapshot, target, earlier, Disk.real(), (done, all, file) -> {
                if (isCancelled.get()) {
                    throw new CancellationException();
                }
                bar.show(done, all, file);
            });
            String from = folder.toAbsolutePath().normalize().toString();
            BackupReport report = backup.write(from, Version.text(), Instant.now());
            return new Done(report, earlier, Duration.ofNanos(System.nanoTime() - startNs));
        }
    }

    private void tell(Done done, ProgressBar bar) {
        bar.clear();
        BackupReport report = done.report;
        if (isJson) {
            out.println(BackupJson.text(target, report, done.took));
        } else if (!isQuiet) {
            out.println("backed up " + folder + " as of " + Instant.ofEpochMilli(report.momentMs()) + " to " + target);
            out.println("  " + TextTable.counted(report.files(), "file") + " of " + TextTable.bytes(report.bytes())
                    + ": "
                    + TextTable.bytes(report.copiedBytes()) + " copied, " + TextTable.bytes(report.linkedBytes())
                    + " linked"
                    + (done.earlier == null
                            ? ""
                            : ", " + TextTable.bytes(report.keptBytes()) + " shared with " + done.earlier));
        }
    }
}
