package dev.chaski.cli;

import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski pub}: publishes arguments, or lines. Runs on the main thread. */
@Command(
        name = "pub",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Publish messages: the arguments, or each line of files or of standard input.",
            "",
            "Empty lines are left out: the protocol knows no empty message."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all were acknowledged", "1:not all", "2:wrong options", "3:nobody listens there"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski pub greetings hello 'and goodbye'",
            "  chaski pub greetings --defer=10m 'not now'",
            "  seq 100000 | chaski pub numbers --batch=200",
            "  chaski pub reports --whole --file=monday.json --file=tuesday.json"
        })
final class PubCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TOPIC", description = "is made where there is none of that name")
    String topic = "";

    @Parameters(index = "1..*", paramLabel = "MESSAGE", description = "one message each")
    List<String> messages = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "<path>",
            description =
                    "publish its lines, may be repeated; - is standard input, which is read where no message is named")
    List<Path> files = new ArrayList<>();

    @Option(names = "--whole", description = "each file, or standard input, is one message")
    boolean isWhole;

    @Option(
            names = "--batch",
            paramLabel = "<count>",
            description = "publish so many at a time, all or none of them; fewer where no more are there yet")
    int batch = 1;

    @Option(
            names = "--defer",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "deliver them that much later: 500ms, 10s, 5m, 1h")
    Duration defer = Duration.ZERO;

    @Option(names = "--rate", paramLabel = "<n>", description = "messages a second (default: as fast as answers come)")
    double rate;

    @Option(
            names = {"-q", "--quiet"},
            description = "say nothing where all goes well")
    boolean isQuiet;

    @Mixin
    ClientOptions client = new ClientOptions();

    private final InputStream in;
    private final PrintStream err;

    PubCommand(InputStream in, PrintStream err) {
        this.in = in;
        this.err = err;
    }

    @Override
    public Integer call() {
        LogLevels.set(Level.WARN);
        String wrong = wrong();
        if (wrong != null) {
            err.println("chaski pub: " + wrong);
            return ExitCode.USAGE;
        }
        if (!client.reachOne("pub", err)) {
            return ExitCode.UNREACHABLE;
        }
        ProducerBuilder builder = client.apply(Producer.builder());
        client.brokers().forEach(builder::host);
        Publishes publishes = new Publishes(builder.build(), topic, defer, rate, batch);
        try (publishes) {
            publish(publishes);
        } catch (IOException e) {
            err.println("chaski pub: " + Problem.text(e));
            return ExitCode.FAILED;
        } catch (IllegalArgumentException e) {
            err.println("chaski pub: " + e.getMessage());
            return ExitCode.USAGE;
        }
        return tell(publishes);
    }

    private @Nullable String wrong() {
        if (rate < 0) {
            return "--rate is 0 or more";
        }
        if (batch < 1 || batch > 1 && !defer.isZero()) {
            return batch < 1 ? "--batch is 1 or more" : "messages of a batch cannot be deferred: leave out --batch";
        }
        boolean isBoth = !messages.isEmpty() && (!files.isEmpty() || isWhole);
        return isBoth ? "either messages are named or read, not both" : null;
    }

    private void publish(Publishes publishes) throws IOException {
        for (String message : messages) {
            publishes.add(message.getBytes(StandardCharsets.UTF_8));
        }
        if (messages.isEmpty() && files.isEmpty()) {
            read(publishes, in, 0);
        }
        for (Path file : files) {
            if (file.toString().equals("-")) {
                read(publishes, in, 0);
            } else {
                try (InputStream opened = Files.newInputStream(file)) {
                    read(publishes, opened, Files.size(file));
                }
            }
        }
        publishes.send();
    }

    private void read(Publishes publishes, InputStream input, long bytes) throws IOException {
        if (isWhole) {
            publishes.add(input.readAllBytes());
            return;
        }
        ProgressBar bar = new ProgressBar(err, bytes > 0 && !isQuiet && Terminal.isOne());
        LineReader lines = new LineReader(input);
        byte[] line = lines.next();
        while (line != null && publishes.add(line)) {
            bar.show(lines.bytesRead(), bytes, topic);
            if (!lines.hasMore()) {
                publishes.send(); // who feeds it by hand waits for no batch to fill
            }
            line = lines.next();
        }
        bar.clear();
    }

    private int tell(Publishes publishes) {
        String failure = publishes.failure();
        if (failure != null) {
            err.println("chaski pub: " + failure);
        }
        if (failure != null || !isQuiet) {
            String left = publishes.empty() == 0 ? "" : ", " + publishes.empty() + " empty ones left out";
            err.println("published " + TextTable.counted(publishes.acknowledged(), "message") + " to " + topic + left);
        }
        return failure == null ? ExitCode.OK : ExitCode.FAILED;
    }
}
