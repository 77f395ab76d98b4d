package dev.chaski.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski tail}: prints a topic's messages. Runs on the main thread, prints on the consumer's. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Print a topic's messages as they come, one on a line, until Ctrl-C.",
            "",
            "It has a channel of its own, which goes when it ends, so no other channel misses anything. As all such channels it"
                    + " keeps --mem-queue-size messages of the broker at most: what is too much for it is passed over. The"
                    + " first channel of a topic also gets what was published before. With --channel it takes messages"
                    + " from a channel and finishes them, as chaski sub does."
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
            "  chaski tail greetings",
            "  chaski tail greetings --limit=10 --json",
            "  chaski tail greetings --lookupd-http-address=10.0.0.1:4161"
        })
final class TailCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TOPIC")
    String topic = "";

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "<count>",
            description = "end after that many messages")
    long limit = Long.MAX_VALUE;

    @Option(names = "--channel", paramLabel = "<name>", description = "take the messages of this channel")
    @Nullable
    String channel;

    @Option(names = "--json", description = "print an object on each line: id, timestamp_ns, attempts, body")
    boolean isJson;

    @Mixin
    ConsumerOptions consumer = new ConsumerOptions();

    private final ChannelPrinting printing;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    TailCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        printing = new ChannelPrinting("tail", out, err, signals);
    }

    @Override
    public Integer call() throws InterruptedException {
        return printing.run(
                new ChannelPrinting.Terms(
                        topic,
                        channel == null ? ownChannel() : channel,
                        isJson,
                        limit,
                        TailPrinter.IN_FLIGHT,
                        Duration.ZERO),
                consumer);
    }

    private static String ownChannel() {
        byte[] name = new byte[4];
        ThreadLocalRandom.current().nextBytes(name);
        return "tail-" + HexFormat.of().formatHex(name) + "#ephemeral";
    }
}
