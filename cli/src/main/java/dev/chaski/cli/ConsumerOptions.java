package dev.chaski.cli;

import dev.chaski.client.ConsumerBuilder;
import java.io.PrintStream;
import picocli.CommandLine.Mixin;

/** What the commands that consume share: brokers that are named, or found by lookups. */
final class ConsumerOptions {
    @Mixin
    ClientOptions client = new ClientOptions();

    @Mixin
    LookupOptions lookups = new LookupOptions();

    /** Sets who is consumed from, and how. Attempts have no end: what a person wants to see is not given up. */
    ConsumerBuilder apply(ConsumerBuilder builder) {
        client.apply(builder);
        lookups.apply(builder, client);
        return builder.attemptsMax(0);
    }

    /** Whether one of the lookups or brokers takes connections; else says so. */
    boolean reachOne(String command, PrintStream err) {
        return lookups.reachOne(client, command, err);
    }
}
