package dev.chaski.cli;

import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.cli.nodes.Nodes;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the commands that ask brokers over HTTP share. */
final class NodeOptions {
    /** {@code host:port}, or a URL. */
    static final class BrokerConverter implements ITypeConverter<HttpAddress> {
        @Override
        public HttpAddress convert(String text) {
            try {
                return HttpAddress.parse(text, HttpAddress.BROKER_PORT);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Option(
            names = {"--broker-http", "--nsqd-http-address"},
            paramLabel = "<host:port>",
            converter = BrokerConverter.class,
            description = "HTTP of a Chaski or an nsqd, may be repeated (default: 127.0.0.1:4151)")
    List<HttpAddress> brokers = new ArrayList<>();

    @Mixin
    LookupOptions lookups = new LookupOptions();

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "how long each of them may take to answer (default: 5s)")
    Duration timeout = Duration.ofSeconds(5);

    /** Those who are named, or the broker of this machine. */
    Nodes open() {
        boolean isNone = brokers.isEmpty() && lookups.addresses.isEmpty();
        return new Nodes(
                isNone ? List.of(HttpAddress.of("127.0.0.1", HttpAddress.BROKER_PORT)) : brokers,
                lookups.addresses,
                timeout);
    }

    /** Says who did not answer; true where nobody is left. */
    static boolean tell(String command, PrintStream err, List<Failure> failures, boolean isAny) {
        failures.forEach(failure -> err.println("chaski " + command + ": " + failure.what()));
        if (!isAny) {
            err.println("Start a broker with: chaski serve. Or say where one is with --broker-http=<host:port>, or who"
                    + " knows with --lookupd-http-address=<host:port>.");
        }
        return !isAny;
    }
}
