package dev.chaski.cli;

import dev.chaski.engine.FolderTopics;
import dev.chaski.engine.FolderTopics.FoundTopic;
import dev.chaski.log.LogException;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.Inspector;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski inspect}: what is in a data folder. Runs on the main thread. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Look into a data folder: topics, channels, segments, damage. Changes nothing.",
            "",
            "A broker may run on it. The exit code is 1 where something is damaged."
        })
final class InspectCommand implements Callable<Integer> {
    /** How a message's body is shown. */
    enum Body {
        text,
        hex,
        none
    }

    @Parameters(index = "0", paramLabel = "FOLDER", description = "the broker's --data-path")
    Path folder = Path.of("");

    @Option(names = "--verify", description = "read every message and compare its checksum")
    boolean verifies;

    @Option(names = "--topic", paramLabel = "<name>", description = "this topic only, with its segments")
    @Nullable
    String topic;

    @Option(names = "--dump", description = "print messages of the topic")
    boolean dumps;

    @Option(names = "--from", paramLabel = "<offset>", description = "the first message to print (default: the oldest)")
    long from;

    @Option(names = "--limit", paramLabel = "<count>", description = "how many to print (default: ${DEFAULT-VALUE})")
    long limit = 10;

    @Option(
            names = "--body",
            paramLabel = "<how>",
            description = "text, hex or none (default: ${DEFAULT-VALUE}; at most --body-max bytes of each)")
    Body body = Body.text;

    @Option(names = "--body-max", paramLabel = "<bytes>", description = "(default: ${DEFAULT-VALUE})")
    int bodyBytesMax = 4096;

    @Option(names = "--json", description = "print JSON: one object, or one on each line for messages")
    boolean isJson;

    private final PrintStream out;
    private final PrintStream err;

    InspectCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        if (dumps && topic == null || from < 0 || limit < 0 || bodyBytesMax < 0) {
            err.println("chaski inspect: "
                    + (dumps && topic == null
                            ? "--dump needs to know of which topic: give --topic=<name>"
                            : "--from, --limit and --body-max are 0 or more"));
            return ExitCode.USAGE;
        }
        try {
            return inspect(Inspector.open(folder));
        } catch (LogException e) {
            err.println("chaski inspect: " + Problem.text(e));
            return ExitCode.FAILED;
        }
    }

    private int inspect(Inspector inspector) throws LogException {
        List<FoundTopic> topics = FolderTopics.read(inspector);
        FoundTopic only = null;
        if (topic != null) {
            only = topics.stream()
                    .filter(each -> each.name().equals(topic))
                    .findFirst()
                    .orElse(null);
            if (only == null) {
                err.println("chaski inspect: " + folder + " has no topic " + topic);
                return ExitCode.FAILED;
            }
        }
        if (dumps && only != null) {
            MessagePrinter printer = new MessagePrinter(out, isJson, body);
            inspector.dump(only.stream(), from, limit, body == Body.none ? 0 : bodyBytesMax, printer::print);
            return ExitCode.OK;
        }
        return look(inspector, only == null ? topics : List.of(only), only);
    }

    private int look(Inspector inspector, List<FoundTopic> topics, @Nullable FoundTopic only) throws LogException {
        ProgressBar bar = new ProgressBar(err, !isJson && Terminal.isOne());
        Predicate<Integer> wanted = only == null ? any -> true : number -> number == only.stream();
        FolderReport report = inspector.look(
                wanted, verifies, (doneBytes, allBytes, stream) -> bar.show(doneBytes, allBytes, "stream " + stream));
        bar.clear();
        if (isJson) {
            out.println(FolderJson.text(report, topics));
        } else {
            new FolderPrinter(out, report, topics).print(only != null);
        }
        return report.damage().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
