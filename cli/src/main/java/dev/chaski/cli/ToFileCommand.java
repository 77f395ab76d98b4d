package dev.chaski.cli;

import dev.chaski.cli.nodes.Answers;
import dev.chaski.cli.nodes.Nodes;
import dev.chaski.cli.tofile.FileSettings;
import dev.chaski.cli.tofile.Repair;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski to-file}: writes topics to files. Runs on the main thread; each topic has a thread that writes. */
@Command(
        name = "to-file",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        preprocessor = SingleDash.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Write the messages of topics to files, one on a line, until SIGTERM or Ctrl-C.",
            "",
            "A message is finished when the disk has it (fsync). What a process that was killed has left half-written is cut"
                    + " off when the next one starts, and its messages come again: no message is missing, some may be there"
                    + " twice, and zcat reads every file. SIGHUP begins new files. The options are those of nsq_to_file.",
            "",
            "Exit codes: 0 ended by a signal and all is written, 1 something failed, 2 wrong options, 3 nobody listens there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski to-file orders --output-dir=archive",
            "  chaski to-file orders bills --output-dir=archive --gzip --rotate-size=100MiB --rotate-interval=1h",
            "  chaski to-file --topic-pattern=. --lookupd-http-address=10.0.0.1:4161 --skip-empty-files --work-dir=now"
        })
final class ToFileCommand implements Callable<Integer> {
    private static final long TOUCH_CHECK_MS = 250;

    @Mixin
    TopicsOptions topics = new TopicsOptions("nsq_to_file");

    @Option(
            names = "--topic-pattern",
            paramLabel = "<regex>",
            description = "write all topics that the lookups know and this matches, also those that come later")
    @Nullable
    String pattern;

    @Option(
            names = "--topic-refresh",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            defaultValue = "1m",
            description = "how often lookups are asked for topics (default: ${DEFAULT-VALUE})")
    Duration refresh = Duration.ZERO;

    @Option(names = "--json", description = "print an object on a line for each file that comes or goes")
    boolean isJson;

    @Mixin
    SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "%nWhich files:%n")
    FileOptions files = new FileOptions();

    @ArgGroup(exclusive = false, heading = "%nLess often needed:%n")
    NsqToolOptions lookup = new NsqToolOptions();

    private final PrintStream out;
    private final PrintStream err;
    private final java.util.function.Consumer<Runnable> signals;
    private final java.util.function.Consumer<Runnable> hangUps;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     * @param hangUps has something run at each SIGHUP
     */
    ToFileCommand(
            PrintStream out,
            PrintStream err,
            java.util.function.Consumer<Runnable> signals,
            java.util.function.Consumer<Runnable> hangUps) {
        this.out = out;
        this.err = err;
        this.signals = signals;
        this.hangUps = hangUps;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.WARN);
        TopicFiles running;
        FileSettings settings;
        Pattern wanted;
        FileReport report = new FileReport(out, err, lookup.isVerbose(), isJson);
        try {
            wanted = checked();
            settings = files.settings();
            running = new TopicFiles(settings, files.syncInterval, report, this::consumer);
            topics.all().forEach(this::consumer);
        } catch (IllegalArgumentException e) {
            err.println("chaski to-file: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (!source.isReachable("to-file", err)) {
            return ExitCode.UNREACHABLE;
        }
        try {
            prepare(settings);
            Repair.all(settings.workFolder(), report);
        } catch (IOException e) {
            err.println("chaski to-file: " + Problem.text(e));
            return ExitCode.FAILED;
        }
        return run(running, wanted);
    }

    /** The pattern of topics, null where there is none. */
    private @Nullable Pattern checked() {
        if (pattern == null && topics.all().isEmpty()) {
            throw new IllegalArgumentException("name a topic, or a --topic-pattern");
        }
        if (pattern != null && source.group.addresses.isEmpty()) {
            throw new IllegalArgumentException("--topic-pattern needs a --lookupd-http-address that knows topics");
        }
        if (refresh.isZero()) {
            throw new IllegalArgumentException("--topic-refresh is more than 0");
        }
        try {
            return pattern == null ? null : Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--topic-pattern: " + e.getMessage(), e);
        }
    }

    private ConsumerBuilder consumer(String topic) {
        return source.builder(topic, topics.channel, lookup.requestTimeout)
                .onFailure(why -> err.println("chaski to-file: " + topic + ": " + why.getMessage()));
    }

    private static void prepare(FileSettings settings) throws IOException {
        Files.createDirectories(settings.outputFolder());
        Files.createDirectories(settings.workFolder());
        if (!Files.getFileStore(settings.outputFolder()).equals(Files.getFileStore(settings.workFolder()))) {
            throw new IOException(
                    "--work-dir and --output-dir are on different file systems: a file could not change its"
                            + " folder in one step");
        }
    }

    private int run(TopicFiles running, @Nullable Pattern wanted) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        signals.accept(ended::countDown);
        hangUps.accept(running::reopen);
        boolean isWhole = false;
        try {
            topics.all().forEach(running::add);
            if (wanted == null) {
                await(running, ended, Long.MAX_VALUE);
            } else {
                follow(running, ended, wanted);
            }
        } catch (IllegalArgumentException e) {
            err.println("chaski to-file: " + e.getMessage());
            return ExitCode.USAGE;
        } finally {
            isWhole = running.close();
        }
        return isWhole ? ExitCode.OK : ExitCode.FAILED;
    }

    private void follow(TopicFiles running, CountDownLatch ended, Pattern wanted) throws InterruptedException {
        try (Nodes nodes = new Nodes(List.of(), source.group.addresses, lookup.connectTimeout, lookup.requestTimeout)) {
            do {
                Answers<List<String>> answers = nodes.topics();
                answers.failures().forEach(failure -> err.println("chaski to-file: " + failure.what()));
                NavigableSet<String> found = new TreeSet<>();
                answers.values().forEach(found::addAll);
                found.removeIf(topic -> !wanted.matcher(topic).find());
                for (String topic : found) {
                    try {
                        running.add(topic);
                    } catch (IllegalArgumentException e) {
                        err.println("chaski to-file: topic " + topic + " is left out: " + e.getMessage());
                    }
                }
            } while (!await(running, ended, refresh.toNanos()));
        }
    }

    /** Touches what waits long, until it is over or a time has passed. */
    private static boolean await(TopicFiles running, CountDownLatch ended, long timeNs) throws InterruptedException {
        long sinceNs = System.nanoTime();
        while (System.nanoTime() - sinceNs < timeNs) {
            if (ended.await(TOUCH_CHECK_MS, TimeUnit.MILLISECONDS)) {
                return true;
            }
            running.touch();
        }
        return false;
    }
}
