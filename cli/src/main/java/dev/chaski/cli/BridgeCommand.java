package dev.chaski.cli;

import dev.chaski.cli.relay.JsonFilter;
import dev.chaski.cli.relay.Mode;
import dev.chaski.cli.relay.NsqDestination;
import dev.chaski.cli.relay.Relay;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Producer;
import dev.chaski.client.ProducerBuilder;
import dev.chaski.client.ServerAddress;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.wire.Names;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chaski bridge}: publishes messages again at other brokers. Runs on the main thread. */
@Command(
        name = "bridge",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        preprocessor = SingleDash.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Publish the messages of topics at other brokers, until SIGTERM or Ctrl-C.",
            "",
            "A message is finished when the destination has acknowledged it; else it goes back to its channel, and the"
                    + " consumer backs off. A message may arrive twice. The options are those of nsq_to_nsq.",
            "",
            "Exit codes: 0 ended by a signal, 1 something failed, 2 wrong options, 3 nobody listens there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski bridge orders --to=10.0.0.7:4150",
            "  chaski bridge orders --to=10.0.0.7:4150 --require-json-field=country --require-json-value=PE"
        })
final class BridgeCommand implements Callable<Integer> {
    /** A message whose publish takes longer goes back before its own time-out (60 s) has passed. */
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(15);

    @Mixin
    TopicsOptions topics = new TopicsOptions("nsq_to_nsq");

    @Mixin
    SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "%nWhere they go:%n")
    Destinations destinations = new Destinations();

    @ArgGroup(exclusive = false, heading = "%nWhat goes, of messages that are JSON objects:%n")
    Filter filter = new Filter();

    @Mixin
    RelayOptions relay = new RelayOptions();

    @Mixin
    NsqToolOptions lookup = new NsqToolOptions();

    /** The options with their own heading. */
    static final class Destinations {
        @Option(
                names = {"--to", "--destination-nsqd-tcp-address"},
                paramLabel = "<host:port>",
                converter = ClientOptions.AddressConverter.class,
                description = "a broker that gets them, may be repeated")
        List<ServerAddress> addresses = new ArrayList<>();

        @Option(
                names = "--destination-topic",
                paramLabel = "<name>",
                description = "the topic there (default: the same)")
        @Nullable
        String topic;

        @Option(
                names = "--producer-opt",
                paramLabel = "<name,value>",
                description = "as --consumer-opt, for the connections to the destinations")
        List<String> options = new ArrayList<>();
    }

    /** The options with their own heading. */
    static final class Filter {
        @Option(
                names = "--require-json-field",
                paramLabel = "<name>",
                description = "only those with this field; others are finished and go nowhere")
        @Nullable
        String field;

        @Option(
                names = "--require-json-value",
                paramLabel = "<value>",
                description = "only those where that field has this value")
        @Nullable
        String value;

        @Option(
                names = "--whitelist-json-field",
                paramLabel = "<name>",
                description = "only this field of each, may be repeated")
        List<String> kept = new ArrayList<>();
    }

    private final PrintStream out;
    private final PrintStream err;
    private final java.util.function.Consumer<Runnable> signals;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    BridgeCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.WARN);
        try {
            check();
            topics.all().forEach(this::consumer); // a wrong name or setting is told before anything is connected
            new ClientTuning(Producer.builder()).apply(destinations.options);
        } catch (IllegalArgumentException e) {
            err.println("chaski bridge: " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (!source.isReachable("bridge", err)) {
            return ExitCode.UNREACHABLE;
        }
        RelayStatus status = new RelayStatus("bridge", out, err, relay.statusEvery, relay.isJson);
        Relay to =
                new Relay(destinations.addresses.stream().map(this::destination).toList(), Mode.of(relay.mode));
        JsonFilter passing = new JsonFilter(filter.field, filter.value, filter.kept);
        RelayRun run = new RelayRun(to, status, passing, 1);
        List<ConsumerBuilder> builders = new ArrayList<>();
        for (String topic : topics.all()) {
            builders.add(run.handled(consumer(topic), destinationTopic(topic), source.group.inFlightMax));
        }
        CountDownLatch ended = new CountDownLatch(1);
        signals.accept(ended::countDown);
        run.run(builders, ended);
        return ExitCode.OK;
    }

    private void check() {
        if (topics.all().isEmpty()) {
            throw new IllegalArgumentException("name a topic");
        }
        if (destinations.addresses.isEmpty()) {
            throw new IllegalArgumentException("name a destination: --to=<host:port>");
        }
        if (filter.value != null && filter.field == null) {
            throw new IllegalArgumentException("--require-json-value needs --require-json-field");
        }
        Mode.of(relay.mode);
        for (String topic : topics.all()) {
            String there = destinationTopic(topic);
            if (!Names.isValid(there)) {
                throw new IllegalArgumentException("not a valid name of a topic: \"" + there + "\"");
            }
            boolean isSame = topics.all().contains(there)
                    && destinations.addresses.stream().anyMatch(this::isSource);
            if (isSame) {
                throw new IllegalArgumentException(
                        "topic " + there + " would go round in a circle: a destination is also where it comes from");
            }
        }
    }

    private boolean isSource(ServerAddress address) {
        return source.group.addresses.isEmpty()
                ? source.client.brokers().contains(address)
                : source.client.brokers.contains(address);
    }

    private String destinationTopic(String topic) {
        return destinations.topic == null ? topic : destinations.topic;
    }

    private ConsumerBuilder consumer(String topic) {
        return source.builder(topic, topics.channel, lookup.requestTimeout)
                .onFailure(why -> err.println("chaski bridge: " + topic + ": " + why.getMessage()));
    }

    private NsqDestination destination(ServerAddress address) {
        ProducerBuilder builder = source.client
                .apply(Producer.builder())
                .host(address)
                .publishTimeout(PUBLISH_TIMEOUT)
                .closeTimeout(PUBLISH_TIMEOUT);
        new ClientTuning(builder).apply(destinations.options);
        return new NsqDestination(address.toString(), builder.build());
    }
}
