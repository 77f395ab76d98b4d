package dev.chaski.server;

import dev.chaski.server.config.HostName;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.LookupdOptions;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.directory.DirectoryTimes;
import dev.chaski.server.loops.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lookup alone in this program: an nsqlookupd, and no broker. Any thread. */
public final class LookupServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LookupServer.class);
    /** How long clients may take to read their last answers. */
    private static final long DRAIN_MS = 2_000;

    private final Loops loops;
    private final LookupParts parts;

    private LookupServer(Loops loops, LookupParts parts) {
        this.loops = loops;
        this.parts = parts;
    }

    /**
     * Starts a lookup.
     *
     * @param options those of {@link LookupdOptions}
     * @return the running lookup
     * @throws StartException where it cannot start
     */
    public static LookupServer start(Options options) throws StartException {
        int count = options.get(LookupdOptions.LOOPS);
        Loops loops = Loops.start(count == 0 ? Runtime.getRuntime().availableProcessors() : count);
        LookupServer server = new LookupServer(loops, parts(options));
        try {
            server.listen(options);
        } catch (StartException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static LookupParts parts(Options options) {
        String folder = options.get(LookupdOptions.DATA_PATH);
        @Nullable Path file = folder.isEmpty() ? null : LookupParts.fileIn(Path.of(folder));
        return new LookupParts(
                new DirectoryTimes(
                        options.get(LookupdOptions.INACTIVE_PRODUCER_TIMEOUT).toMillis(),
                        options.get(LookupdOptions.TOMBSTONE_LIFETIME).toMillis()),
                file);
    }

    private void listen(Options options) throws StartException {
        LookupParts.Terms terms = new LookupParts.Terms(
                options.get(OptionTable.BROADCAST_ADDRESS),
                HostName.get(),
                options.get(LookupdOptions.MAX_CONNECTIONS));
        Option<HostPort> opening = LookupdOptions.HTTP_ADDRESS;
        try {
            parts.openHttp(DoorConfigs.listen(options.get(opening)), terms, loops);
            opening = LookupdOptions.TCP_ADDRESS;
            parts.openTcp(DoorConfigs.listen(options.get(opening)), terms, loops);
        } catch (IOException e) {
            throw Listening.failed(opening, options.get(opening), e);
        }
        LOG.info("listening door=lookup address={}", text(tcpAddress()));
        LOG.info("listening door=lookup-http address={}", text(httpAddress()));
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }

    /**
     * Where nodes register.
     *
     * @return address and port
     */
    public InetSocketAddress tcpAddress() {
        return Objects.requireNonNull(parts.tcpAddress(), "not started");
    }

    /**
     * Where it is asked.
     *
     * @return address and port
     */
    public InetSocketAddress httpAddress() {
        return Objects.requireNonNull(parts.httpAddress(), "not started");
    }

    /** Writes down what it knows, answers what was received, and ends. Blocks for seconds at most. */
    @Override
    public void close() {
        CompletableFuture<Void> drained = parts.drain();
        try {
            drained.get(DRAIN_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("drain took too long, connections are cut");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("drain failed", e.getCause());
        }
        parts.close();
        loops.close();
    }
}
