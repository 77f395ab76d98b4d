package dev.chaski.cli;

import dev.chaski.client.ClientBuilder;
import dev.chaski.client.ServerAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the commands that talk to a broker share. */
final class ClientOptions {
    private static final int CONNECT_MS = 3000;

    /** {@code host:port} as the client reads it. */
    static final class AddressConverter implements ITypeConverter<ServerAddress> {
        @Override
        public ServerAddress convert(String text) {
            try {
                return ServerAddress.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Option(
            names = {"--broker", "--nsqd-tcp-address"},
            paramLabel = "<host:port>",
            converter = AddressConverter.class,
            description = "a Chaski or an nsqd, may be repeated (default: 127.0.0.1:4150)")
    List<ServerAddress> brokers = new ArrayList<>();

    @Option(names = "--tls", description = "encrypt, and trust what this Java trusts")
    boolean usesTls;

    @Option(
            names = "--auth-secret",
            paramLabel = "<secret>",
            description = "for a broker that asks; better in CHASKI_AUTH_SECRET, where no list of processes shows it")
    @Nullable
    String authSecret = System.getenv("CHASKI_AUTH_SECRET");

    /** The brokers to talk to. */
    List<ServerAddress> brokers() {
        return brokers.isEmpty() ? List.of(new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT)) : brokers;
    }

    <B extends ClientBuilder<B>> B apply(B builder) {
        builder.userAgent("chaski/" + Version.text());
        if (usesTls) {
            builder.tls();
        }
        if (authSecret != null) {
            builder.authSecret(authSecret);
        }
        return builder;
    }

    /** Whether one of the brokers takes connections; else says so. */
    boolean reachOne(String command, PrintStream err) {
        for (ServerAddress broker : brokers()) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(broker.host(), broker.port()), CONNECT_MS);
                return true;
            } catch (IOException e) {
                err.println("chaski " + command + ": nobody listens at " + broker + ": " + e.getMessage());
            }
        }
        err.println("Start a broker with: chaski serve. Or say where one is with --broker=<host:port>.");
        return false;
    }
}
