package dev.chaski.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
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
            "0:ended by a signal, --limit or its reader",
            "1:something failed",
            "2:wrong options",
            "3:nobody listens there"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski sub orders billing",
            "  chaski sub orders billing --limit=10 --json",
            "  chaski sub orders billing --lookupd-http-address=10.0.0.1:4161 | ./bill-them"
        })
final class SubCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TOPIC")
    String topic = "";

    @Parameters(index = "1", paramLabel = "CHANNEL", description = "is made where there is none of that name")
    String channel = "";

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "<count>",
            description = "end after that many messages")
    long limit = Long.MAX_VALUE;

    @Option(names = "--json", description = "print an object on each line: id, timestamp_ns, attempts, body")
    boolean isJson;

    @Option(
            names = "--requeue",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "what could not be written, as its reader is gone, comes again after that (default: at once)")
    Duration requeue = Duration.ZERO;

    @Option(
            names = "--in-flight",
            paramLabel = "<count>",
            description = "messages to have here at a time (default: ${DEFAULT-VALUE})")
    int inFlight = TailPrinter.IN_FLIGHT;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    private final ChannelPrinting printing;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    SubCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        printing = new ChannelPrinting("sub", out, err, signals);
    }

    @Override
    public Integer call() throws InterruptedException {
        return printing.run(new ChannelPrinting.Terms(topic, channel, isJson, limit, inFlight, requeue), consumer);
    }
}
