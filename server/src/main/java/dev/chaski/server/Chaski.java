package dev.chaski.server;

import dev.chaski.engine.BrokerConfig;
import dev.chaski.engine.BrokerConfig.Ack;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.LookupOptions;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A whole broker in this program.
 *
 * <pre>{@code
 * try (Chaski chaski = Chaski.start()) {
 *     connectTo(chaski.tcpAddress());
 * }
 * }</pre>
 *
 * Any thread.
 */
public final class Chaski implements AutoCloseable {
    private final Assembly assembly;
    private final @Nullable Path temporaryFolder;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Chaski(Assembly assembly, @Nullable Path temporaryFolder) {
        this.assembly = assembly;
        this.temporaryFolder = temporaryFolder;
    }

    /**
     * Starts a broker on free ports of this machine only, with a folder that is removed when it is closed.
     *
     * @return the running broker
     * @throws StartException where it cannot start
     */
    public static Chaski start() throws StartException {
        return builder().start();
    }

    /**
     * Starts a broker as the options say.
     *
     * @param options what to do
     * @return the running broker
     * @throws StartException where it cannot start
     */
    public static Chaski start(Options options) throws StartException {
        return start(options, null);
    }

    /**
     * What the engine of a broker with these options is told: for commands that work on its data folder while it does
     * not run.
     *
     * @param options of the broker
     * @return limits and folders; it knows of no channels on other nodes
     */
    public static BrokerConfig brokerConfig(Options options) {
        return new DoorConfigs(options).broker(topic -> CompletableFuture.completedFuture(List.of()));
    }

    /**
     * A broker on free ports of this machine only, with a folder that is removed when it is closed, unless told
     * otherwise.
     *
     * @return collects what to do differently
     */
    public static Builder builder() {
        return new Builder();
    }

    private static Chaski start(Options options, @Nullable Path temporaryFolder) throws StartException {
        HeadStart.begin();
        HeadStart.awaitLogging();
        Assembly assembly = new Assembly(options);
        assembly.start();
        return new Chaski(assembly, temporaryFolder);
    }

    /**
     * Where NSQ clients connect.
     *
     * @return address and port
     */
    public InetSocketAddress tcpAddress() {
        return assembly.tcpAddress();
    }

    /**
     * Where HTTP is served.
     *
     * @return address and port
     */
    public InetSocketAddress httpAddress() {
        return assembly.httpAddress();
    }

    /**
     * Where HTTPS is served.
     *
     * @return address and port, or null where there is no certificate
     */
    public @Nullable InetSocketAddress httpsAddress() {
        return assembly.httpsAddress();
    }

    /**
     * Where nodes register with the lookup of this broker.
     *
     * @return address and port, or null where it has none
     */
    public @Nullable InetSocketAddress lookupTcpAddress() {
        return assembly.lookupTcpAddress();
    }

    /**
     * Where consumers ask the lookup of this broker for nodes.
     *
     * @return address and port, or null where it has none
     */
    public @Nullable InetSocketAddress lookupHttpAddress() {
        return assembly.lookupHttpAddress();
    }

    /**
     * Its topics, without a connection.
     *
     * @return makes, empties, deletes and counts
     */
    public Topics topics() {
        return new Topics(assembly.broker());
    }

    /**
     * Where messages are kept.
     *
     * @return the folder
     */
    public Path dataPath() {
        return assembly.dataPath();
    }

    /**
     * Whether it was closed, or is being closed.
     *
     * @return true after the first call of {@link #close}
     */
    public boolean isClosed() {
        return isClosed.get();
    }

    /**
     * Lets nobody in any more, answers what was received, makes everything durable and ends. Blocks for at most
     * {@code --drain-timeout} and the time that the disk needs.
     */
    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            assembly.close();
            if (temporaryFolder != null) {
                Folders.remove(temporaryFolder);
            }
        }
    }

    /** Collects what a broker is to do. Owned by the thread that builds. */
    public static final class Builder {
        private static final String LOOPBACK = "127.0.0.1";

        private final Options.Builder options;
        private @Nullable Path dataPath;

        private Builder() {
            HeadStart.begin();
            options = new Options.Builder(HostName.get());
            set(OptionTable.TCP_ADDRESS, new HostPort(LOOPBACK, 0));
            set(OptionTable.HTTP_ADDRESS, new HostPort(LOOPBACK, 0));
            set(OptionTable.HTTPS_ADDRESS, new HostPort(LOOPBACK, 0));
            set(OptionTable.BROADCAST_ADDRESS, LOOPBACK);
            set(LookupOptions.LOOKUP_TCP_ADDRESS, Optional.empty());
            set(LookupOptions.LOOKUP_HTTP_ADDRESS, Optional.empty());
        }

        /**
         * Keeps messages in this folder, which stays.
         *
         * @param folder made when missing
         * @return this
         */
        public Builder dataPath(Path folder) {
            dataPath = folder;
            return this;
        }

        /**
         * Listens here for NSQ clients.
         *
         * @param host a name or an address; empty for every address of this machine
         * @param port 0 for a free one
         * @return this
         */
        public Builder tcpAddress(String host, int port) {
            return set(OptionTable.TCP_ADDRESS, new HostPort(host, port));
        }

        /**
         * Listens here for HTTP.
         *
         * @param host a name or an address; empty for every address of this machine
         * @param port 0 for a free one
         * @return this
         */
        public Builder httpAddress(String host, int port) {
            return set(OptionTable.HTTP_ADDRESS, new HostPort(host, port));
        }

        /**
         * Serves a lookup, too, on free ports of this machine: consumers find this broker by it, and so do those who
         * look for other nodes that register with it.
         *
         * @return this
         */
        public Builder lookup() {
            set(LookupOptions.LOOKUP_TCP_ADDRESS, Optional.of(new HostPort(LOOPBACK, 0)));
            return set(LookupOptions.LOOKUP_HTTP_ADDRESS, Optional.of(new HostPort(LOOPBACK, 0)));
        }

        /**
         * Answers publishes then.
         *
         * @param ack when they are written, or when they are synced
         * @return this
         */
        public Builder ack(Ack ack) {
            return set(OptionTable.ACK, ack);
        }

        /**
         * Sets any option.
         *
         * @param option one of {@link OptionTable}
         * @param value its value
         * @param <T> its type
         * @return this
         */
        public <T> Builder set(Option<T> option, T value) {
            options.set(option, value, Options.Source.FLAG);
            return this;
        }

        /**
         * Starts the broker.
         *
         * @return the running broker
         * @throws StartException where it cannot start
         */
        public Chaski start() throws StartException {
            Path folder = dataPath;
            Path temporaryFolder = folder == null ? temporaryFolder() : null;
            set(OptionTable.DATA_PATH, String.valueOf(folder == null ? temporaryFolder : folder));
            try {
                return Chaski.start(options.build(), temporaryFolder);
            } catch (StartException | RuntimeException e) {
                if (temporaryFolder != null) {
                    Folders.remove(temporaryFolder);
                }
                throw e;
            }
        }

        private static Path temporaryFolder() {
            try {
                return Files.createTempDirectory("chaski-");
            } catch (IOException e) {
                throw new UncheckedIOException("no folder for temporary files", e);
            }
        }
    }
}
