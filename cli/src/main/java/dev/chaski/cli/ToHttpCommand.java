package dev.chaski.cli;

import dev.chaski.cli.relay.Destination;
import dev.chaski.cli.relay.HttpDestination;
import dev.chaski.cli.relay.JsonFilter;
import dev.chaski.cli.relay.Mode;
import dev.chaski.cli.relay.Relay;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski to-http}: posts messages to servers of HTTP. Runs on the main thread; requests on virtual ones. */
@Command(
        name = "to-http",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        preprocessor = SingleDash.class,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Send each message of a topic to an HTTP server, until SIGTERM or Ctrl-C.",
            "",
            "An answer of 2xx finishes the message. With any other, or none, it goes back to its channel, and the consumer"
                    + " backs off. A message may be sent twice. The options are those of nsq_to_http.",
            "",
            "Exit codes: 0 ended by a signal, 1 something failed, 2 wrong options, 3 nobody listens there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski to-http orders --post=http://10.0.0.9/orders",
            "  chaski to-http orders --post=http://10.0.0.8/in --post=http://10.0.0.9/in --mode=multicast -n 20"
        })
final class ToHttpCommand implements Callable<Integer> {
    private static final int CONCURRENCY = 100;

    @Parameters(index = "0", paramLabel = "TOPIC", arity = "0..1", description = "as --topic")
    @Nullable
    String positional;

    @Option(names = "--topic", paramLabel = "<name>", description = "whose messages")
    @Nullable
    String topic;

    @Option(
            names = "--channel",
            paramLabel = "<name>",
            defaultValue = "nsq_to_http",
            description = "(default: ${DEFAULT-VALUE})")
    String channel = "";

    @Mixin
    SourceOptions source = new SourceOptions();

    @ArgGroup(exclusive = false, heading = "%nWhere they go:%n")
    Requests requests = new Requests();

    @Mixin
    RelayOptions relay = new RelayOptions();

    /** The options with their own heading. */
    static final class Requests {
        @Option(names = "--post", paramLabel = "<url>", description = "POST each message there, may be repeated")
        List<String> posts = new ArrayList<>();

        @Option(
                names = "--get",
                paramLabel = "<url>",
                description = "GET that, where %%s stands for the message, may be repeated")
        List<String> gets = new ArrayList<>();

        @Option(
                names = "--content-type",
                paramLabel = "<type>",
                description = "of a POST (default: application/octet-stream)")
        @Nullable
        String contentType;

        @Option(names = "--header", paramLabel = "<name: value>", description = "of each request, may be repeated")
        List<String> headers = new ArrayList<>();

        @Option(
                names = "-n",
                paramLabel = "<n>",
                defaultValue = "" + CONCURRENCY,
                description = "requests under way at a time (default: ${DEFAULT-VALUE})")
        int concurrency = CONCURRENCY;

        @Option(
                names = "--sample",
                paramLabel = "<0-1>",
                defaultValue = "1",
                description = "the share of messages that is sent; the others are finished unseen (default: all)")
        double sample = 1;

        @Option(
                names = "--http-client-connect-timeout",
                paramLabel = "<time>",
                converter = TimeConverter.class,
                defaultValue = "2s",
                description = "(default: ${DEFAULT-VALUE})")
        Duration connectTimeout = Duration.ofSeconds(2);

        @Option(
                names = "--http-client-request-timeout",
                paramLabel = "<time>",
                converter = TimeConverter.class,
                defaultValue = "20s",
                description = "for the whole answer (default: ${DEFAULT-VALUE})")
        Duration requestTimeout = Duration.ofSeconds(20);
    }

    private final PrintStream out;
    private final PrintStream err;
    private final java.util.function.Consumer<Runnable> signals;

    /**
     * Makes the command.
     *
     * @param signals has something run at the first signal that asks the process to end
     */
    ToHttpCommand(PrintStream out, PrintStream err, java.util.function.Consumer<Runnable> signals) {
        this.out = out;
        this.err = err;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogLevels.set(Level.WARN);
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(requests.connectTimeout)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build()) {
            ConsumerBuilder builder;
            RelayRun run;
            try {
                RelayStatus status = new RelayStatus("to-http", out, err, relay.statusEvery, relay.isJson);
                Relay to = new Relay(destinations(http), Mode.of(relay.mode));
                run = new RelayRun(to, status, new JsonFilter(null, null, List.of()), requests.sample);
                builder = run.handled(consumer(), topic(), requests.concurrency);
            } catch (IllegalArgumentException e) {
                err.println("chaski to-http: " + e.getMessage());
                return ExitCode.USAGE;
            }
            if (!source.isReachable("to-http", err)) {
                return ExitCode.UNREACHABLE;
            }
            CountDownLatch ended = new CountDownLatch(1);
            signals.accept(ended::countDown);
            run.run(List.of(builder), ended);
            http.shutdownNow();
            return ExitCode.OK;
        }
    }

    private String topic() {
        String named = topic == null ? positional : topic;
        if (named == null || topic != null && positional != null) {
            throw new IllegalArgumentException("name one topic");
        }
        return named;
    }

    private ConsumerBuilder consumer() {
        return source.builder(topic(), channel, requests.requestTimeout)
                .onFailure(why -> err.println("chaski to-http: " + why.getMessage()));
    }

    private List<Destination> destinations(HttpClient http) {
        if (requests.posts.isEmpty() == requests.gets.isEmpty()) {
            throw new IllegalArgumentException("name either where to --post or what to --get");
        }
        if (requests.contentType != null && requests.posts.isEmpty()) {
            throw new IllegalArgumentException("--content-type is for --post");
        }
        if (requests.requestTimeout.isZero() || requests.connectTimeout.isZero()) {
            throw new IllegalArgumentException("time-outs are more than 0");
        }
        if (!(requests.sample >= 0 && requests.sample <= 1)) {
            throw new IllegalArgumentException("--sample is 0 to 1");
        }
        boolean isGet = requests.posts.isEmpty();
        List<Map.Entry<String, String>> headers = headers(isGet);
        List<Destination> destinations = new ArrayList<>();
        for (String address : isGet ? requests.gets : requests.posts) {
            destinations.add(new HttpDestination(http, address, isGet, headers, requests.requestTimeout));
        }
        return destinations;
    }

    private List<Map.Entry<String, String>> headers(boolean isGet) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("User-Agent", "chaski/" + Version.text()));
        if (!isGet) {
            headers.add(Map.entry(
                    "Content-Type", requests.contentType == null ? "application/octet-stream" : requests.contentType));
        }
        for (String header : requests.headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("--header is \"name: value\", not \"" + header + "\"");
            }
            headers.add(Map.entry(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip()));
        }
        return headers;
    }
}
