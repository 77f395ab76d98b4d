package dev.chaski.cli;

import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.client.ConsumerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Lookups to find brokers by. Filled by picocli, then only read. */
class LookupOptions {
    private static final int CONNECT_MS = 3000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** {@code host:port}, or a URL. */
    static final class LookupConverter implements ITypeConverter<HttpAddress> {
        @Override
        public HttpAddress convert(String text) {
            try {
                return HttpAddress.parse(text, HttpAddress.LOOKUP_PORT);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Option(
            names = {"--lookupd-http-address", "--lookup"},
            paramLabel = "<host:port>",
            converter = LookupConverter.class,
            description = "HTTP of a lookup that knows brokers, may be repeated")
    List<HttpAddress> addresses = new ArrayList<>();

    /** Has a consumer find its brokers by the lookups; it also takes those that are named, or where nobody is, the one here. */
    void apply(ConsumerBuilder builder, ClientOptions client) {
        addresses.forEach(lookup -> builder.lookups(lookup.base().toString().replaceAll("/$", "")));
        if (addresses.isEmpty() || !client.brokers.isEmpty()) {
            client.brokers().forEach(builder::server);
        }
    }

    /** Whether one of the lookups or brokers takes connections; else says so. */
    boolean reachOne(ClientOptions client, String command, PrintStream err) {
        for (HttpAddress lookup : addresses) {
            try (Socket probe = new Socket()) {
                int given = lookup.base().getPort();
                int usual = "https".equals(lookup.base().getScheme()) ? HTTPS_PORT : HTTP_PORT;
                probe.connect(new InetSocketAddress(lookup.base().getHost(), given < 0 ? usual : given), CONNECT_MS);
                return true;
            } catch (IOException e) {
                err.println("chaski " + command + ": no lookup listens at " + lookup + ": " + e.getMessage());
            }
        }
        return (addresses.isEmpty() || !client.brokers.isEmpty()) && client.reachOne(command, err);
    }
}
