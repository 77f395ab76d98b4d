package dev.chaski.cli;

import dev.chaski.bench.DurationConverter;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski sub}: prints what a lasting channel gets. Runs on the main thread, prints on the consumer's. */
@Command(
        name = "sub",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Consume a channel: print its messages, one on a line, until Ctrl-C.",
            "",
            "The channel stays when this ends, and keeps what comes meanwhile: start it again, and it goes on where it was."
                    + " A message is finished when its line was written and flushed; what was not goes back to the"
                    + " channel. Several of these, and other consumers, share the channel's messages. To look on without"
                    + " taking anything away: chaski tail.",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended by a signal, --max or its reader",
            "1:something failed",
            "2:wrong options",
            "3:nobody listens there"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski sub orders billing",
            "  chaski sub orders billing --max=10 --json",
            "  chaski sub orders billing --lookupd-http-address=10.0.0.1:4161 | ./bill-them"
        })
final class SubCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TOPIC")
    String topic = "";

    @Parameters(index = "1", paramLabel = "CHANNEL", description = "is made where there is none of that name")
    String channel = "";

    @Option(
            names = {"-n", "--max"},
            paramLabel = "<count>",
            description = "end after that many messages")
    long max = Long.MAX_VALUE;

    @Option(names = "--json", description = "print an object on each line: id, timestamp_ns, attempts, body")
    boolean isJson;

    @Option(
            names = "--requeue",
            paramLabel = "<time>",
            converter = DurationConverter.class,
            description = "what could not be written, as its reader is gone, comes again after that (default: at once)")
    Duration requeue = Duration.ZERO;

    @Option(
            names = "--in-flight",
            paramLabel = "<count>",
            description = "messages to have here at a time (default: ${DEFAULT-VALUE})")
    int inFlight = TailPrinter.IN_FLIGHT;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    private final PrintStream out;
    private final PrintStream err;
    private final java.util.function.Consumer<Runnable> signals;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    SubCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.WARN);
        if (max < 1 || inFlight < 1) {
            err.println("chaski sub: --max and --in-flight are 1 or more");
            return ExitCode.USAGE;
        }
        CountDownLatch ended = new CountDownLatch(1);
        TailPrinter printer = new TailPrinter(out, isJson, max, requeue, ended::countDown);
        ConsumerBuilder builder;
        try {
            builder = consumer.apply(Consumer.builder(topic, channel))
                    .inFlightMax((int) Math.min(max, inFlight))
                    .manualHandler(printer::print)
                    .onFailure(why -> err.println("chaski sub: " + why.getMessage()));
        } catch (IllegalArgumentException e) {
            err.println("chaski sub: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (!consumer.reachOne("sub", err)) {
            return ExitCode.UNREACHABLE;
        }
        signals.accept(ended::countDown);
        Consumer consuming = builder.build();
        try (consuming) {
            ended.await();
        }
        return ExitCode.OK;
    }
}
