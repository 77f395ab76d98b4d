package dev.chaski.cli;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Prints a channel's messages until enough have come, their reader is gone or a signal asks for the end: {@code sub} and
 * {@code tail}. Runs on the main thread, prints on the consumer's.
 *
 * @param command its name
 * @param out where messages go
 * @param err where else is told what is wrong
 * @param signals has something run at the first signal that asks the process to end
 */
record ChannelPrinting(
        String command, PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
    /**
     * What is printed, and how.
     *
     * @param limit ends after that many messages, 1 or more
     * @param inFlight messages to have here at a time, 1 or more
     * @param requeue after what time a message comes again that could not be written
     */
    record Terms(String topic, String channel, boolean isJson, long limit, int inFlight, Duration requeue) {}

    /** Until it ends; returns the exit code. */
    int run(Terms terms, ConsumerOptions consumer) throws InterruptedException {
        LogLevels.set(Level.WARN);
        if (terms.limit < 1 || terms.inFlight < 1) {
            tell(terms.limit < 1 ? "--limit is 1 or more" : "--in-flight is 1 or more");
            return ExitCode.USAGE;
        }
        CountDownLatch ended = new CountDownLatch(1);
        TailPrinter printer = new TailPrinter(out, terms.isJson, terms.limit, terms.requeue, ended::countDown);
        ConsumerBuilder builder;
        try {
            builder = consumer.apply(Consumer.builder(terms.topic, terms.channel))
                    .inFlightMax((int) Math.min(terms.limit, terms.inFlight))
                    .manualHandler(printer::print)
                    .onFailure(why -> tell(String.valueOf(why.getMessage())));
        } catch (IllegalArgumentException e) {
            tell(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        if (!consumer.reachOne(command, err)) {
            return ExitCode.UNREACHABLE;
        }
        signals.accept(ended::countDown);
        Consumer consuming = builder.build();
        try (consuming) {
            ended.await();
        }
        return ExitCode.OK;
    }

    private void tell(String what) {
        err.println("chaski " + command + ": " + what);
    }
}
