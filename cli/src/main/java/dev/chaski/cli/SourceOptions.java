package dev.chaski.cli;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the commands that carry messages on take them from; named as NSQ's tools name it. */
final class SourceOptions {
    /** So many are in flight in NSQ's tools, too. */
    private static final int IN_FLIGHT = 200;

    @Mixin
    ClientOptions client = new ClientOptions();

    @ArgGroup(exclusive = false, heading = "%nWhere messages come from:%n")
    Group group = new Group();

    /** The options with their own heading. */
    static final class Group extends LookupOptions {
        @Option(
                names = "--max-in-flight",
                paramLabel = "<n>",
                defaultValue = "" + IN_FLIGHT,
                description = "messages that are under way at most (default: ${DEFAULT-VALUE})")
        int inFlightMax = IN_FLIGHT;

        @Option(
                names = "--consumer-opt",
                paramLabel = "<name,value>",
                description =
                        "a setting of go-nsq: snappy, tls_v1,true, msg_timeout,2m, max_attempts,5, ... may be repeated;"
                                + " by default a message is attempted until it succeeds")
        List<String> consumerOptions = new ArrayList<>();
    }

    /** Whether there is somebody to ask; else says so. */
    boolean isReachable(String command, PrintStream err) {
        return group.reachOne(client, command, err);
    }

    /**
     * A consumer of a channel, without its handler.
     *
     * @param timeout of lookups
     * @throws IllegalArgumentException where something is not as it should be; it says what
     */
    ConsumerBuilder builder(String topic, String channel, Duration timeout) {
        ConsumerBuilder builder = client.apply(Consumer.builder(topic, channel));
        builder.inFlightMax(group.inFlightMax).attemptsMax(0).lookupTimeout(timeout);
        group.apply(builder, client);
        new ClientTuning(builder).apply(group.consumerOptions);
        return builder;
    }
}
