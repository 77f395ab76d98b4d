package dev.chaski.cli;

import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.client.ConsumerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import picocli.CommandLine.Mixin;

/** What the commands that consume share: brokers that are named, or found by lookups. */
final class ConsumerOptions {
    private static final int CONNECT_MS = 3000;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    @Mixin
    ClientOptions client = new ClientOptions();

    @Mixin
    LookupOptions lookups = new LookupOptions();

    /** Sets who is consumed from, and how. Attempts have no end: what a person wants to see is not given up. */
    ConsumerBuilder apply(ConsumerBuilder builder) {
        client.apply(builder);
        lookups.addresses.forEach(
                lookup -> builder.lookups(lookup.base().toString().replaceAll("/$", "")));
        if (lookups.addresses.isEmpty() || !client.brokers.isEmpty()) {
            client.brokers().forEach(builder::server);
        }
        return builder.attemptsMax(0);
    }

    /** Whether one of the lookups or brokers takes connections; else says so. */
    boolean reachOne(String command, PrintStream err) {
        if (lookups.addresses.isEmpty()) {
            return client.reachOne(command, err);
        }
        for (HttpAddress lookup : lookups.addresses) {
            try (Socket probe = new Socket()) {
                int given = lookup.base().getPort();
                int usual = "https".equals(lookup.base().getScheme()) ? HTTPS_PORT : HTTP_PORT;
                probe.connect(new InetSocketAddress(lookup.base().getHost(), given < 0 ? usual : given), CONNECT_MS);
                return true;
            } catch (IOException e) {
                err.println("chaski " + command + ": no lookup listens at " + lookup + ": " + e.getMessage());
            }
        }
        return !client.brokers.isEmpty() && client.reachOne(command, err);
    }
}
