package dev.chaski.cli;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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

    private final PrintStream out;
    private final PrintStream err;
    private final java.util.function.Consumer<Runnable> signals;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    TailCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.WARN);
        if (limit < 1) {
            err.println("chaski tail: --limit is 1 or more");
            return ExitCode.USAGE;
        }
        CountDownLatch ended = new CountDownLatch(1);
        TailPrinter printer = new TailPrinter(out, isJson, limit, Duration.ZERO, ended::countDown);
        ConsumerBuilder builder;
        try {
            builder = consumer.apply(Consumer.builder(topic, channel == null ? ownChannel() : channel))
                    .inFlightMax((int) Math.min(limit, TailPrinter.IN_FLIGHT))
                    .manualHandler(printer::print)
                    .onFailure(why -> err.println("chaski tail: " + why.getMessage()));
        } catch (IllegalArgumentException e) {
            err.println("chaski tail: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (!consumer.reachOne("tail", err)) {
            return ExitCode.UNREACHABLE;
        }
        signals.accept(ended::countDown);
        Consumer consuming = builder.build();
        try (consuming) {
            ended.await();
        }
        return ExitCode.OK;
    }

    private static String ownChannel() {
        byte[] name = new byte[4];
        ThreadLocalRandom.current().nextBytes(name);
        return "tail-" + HexFormat.of().formatHex(name) + "#ephemeral";
    }
}
