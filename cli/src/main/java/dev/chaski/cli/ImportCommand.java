package dev.chaski.cli;

import dev.chaski.cli.nsqd.NsqdImport;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.ImportException;
import dev.chaski.log.LogException;
import dev.chaski.server.Chaski;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski import}: carries the data folder of an nsqd over. Runs on the main thread. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Carry topics, channels and messages of an nsqd over into a data folder.",
            "",
            "Both must stand still: stop nsqd first, and start the broker after.",
            "nsqd's folder stays as it is. An import that fails changes nothing. Each channel's messages come along for",
            "it alone; all keep their time and attempts, and get new ids."
        })
final class ImportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NSQD-FOLDER", description = "what nsqd was given as -data-path")
    Path nsqdFolder = Path.of("");

    @Option(names = "--data-path", paramLabel = "<folder>", description = "import into this folder (default: ./data)")
    @Nullable
    String dataPath;

    @Option(names = "--config", paramLabel = "<file>", description = "the broker's configuration file")
    @Nullable
    String config;

    @Option(names = "--node-id", paramLabel = "<number>", description = "as the broker's")
    @Nullable
    String nodeId;

    private final PrintStream out;
    private final PrintStream err;

    ImportCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        ImportReport report = new ImportReport(new ProgressBar(err, Terminal.isOne()));
        try {
            BrokerConfig broker = Chaski.brokerConfig(options());
            NsqdImport.run(nsqdFolder, broker, report);
            report.clear();
            report.print(out, err);
            out.println("they are in " + broker.log().folder().toAbsolutePath().normalize());
            return ExitCode.OK;
        } catch (OptionException e) {
            return failed(ExitCode.USAGE, e);
        } catch (ImportException | IOException | LogException e) {
            report.clear();
            return failed(ExitCode.FAILED, e);
        }
    }

    private int failed(int code, Exception why) {
        err.println("chaski import: " + Problem.text(why));
        return code;
    }

    private Options options() throws OptionException {
        List<String> flags = new ArrayList<>();
        addFlag(flags, "data-path", dataPath);
        addFlag(flags, "config", config);
        addFlag(flags, "node-id", nodeId);
        return new OptionReader(HostName.get()).read(flags, System.getenv());
    }

    private static void addFlag(List<String> flags, String name, @Nullable String value) {
        if (value != null) {
            flags.add("--" + name + "=" + value);
        }
    }
}
