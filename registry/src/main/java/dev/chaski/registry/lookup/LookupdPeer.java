package dev.chaski.registry.lookup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one lookupd informed. Everything runs on its own virtual thread, but for {@link #wake}, {@link #httpAddress} and
 * {@link #close}. What the lookupd should know is compared with what it was told, so no queue can grow; a lookupd
 * forgets a node whose connection ends, so everything is told again after that.
 */
final class LookupdPeer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LookupdPeer.class);
    /** Commands in one write: their answers fit into any socket's buffer. */
    private static final int BATCH_MAX = 256;

    private static final List<String> PING = List.of("PING\n");

    private final InetSocketAddress address;
    private final NodeIdentity identity;
    private final Registrations registrations;
    private final LookupLimits limits;
    private final RandomGenerator random;
    private final LongSupplier clockNs;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile @Nullable LookupdConnection connection;
    /** Completed with where it serves HTTP, or null while it cannot be reached. */
    private volatile CompletableFuture<@Nullable InetSocketAddress> http = new CompletableFuture<>();

    private int failures;

    LookupdPeer(
            InetSocketAddress address,
            NodeIdentity identity,
            Registrations registrations,
            LookupLimits limits,
            RandomGenerator random,
            LongSupplier clockNs) {
        this.address = address;
        this.identity = identity;
        this.registrations = registrations;
        this.limits = limits;
        this.random = random;
        this.clockNs = clockNs;
        this.thread = Thread.ofVirtual().name("lookupd-" + address).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Something is to be registered or unregistered. */
    void wake() {
        changes.release();
    }

    /** Where it serves HTTP, once the first attempt to connect is over; null where it cannot be reached. */
    CompletableFuture<@Nullable InetSocketAddress> httpAddress() {
        return http;
    }

    private void run() {
        while (!isClosed) {
            try {
                serve();
            } catch (IOException | RuntimeException e) {
                report(e);
            } catch (InterruptedException e) {
                return;
            }
            pause();
        }
    }

    private void serve() throws IOException, InterruptedException {
        try (LookupdConnection opened = LookupdConnection.open(address, limits)) {
            connection = opened;
            if (isClosed) {
                return;
            }
            InetSocketAddress servesHttp = opened.identify(identity);
            Map<Registration, Long> announced = new TreeMap<>();
            tell(opened, announced);
            LOG.info("registered lookupd={} registrations={}", text(), announced.size());
            publish(servesHttp);
            failures = 0;
            keepInformed(opened, announced);
        } finally {
            connection = null;
        }
    }

    private void keepInformed(LookupdConnection opened, Map<Registration, Long> announced)
            throws IOException, InterruptedException {
        long pingNs = TimeUnit.MILLISECONDS.toNanos(limits.pingMs());
        long lastPingNs = clockNs.getAsLong();
        while (!isClosed) {
            if (changes.tryAcquire(limits.probeMs(), TimeUnit.MILLISECONDS)) {
                tell(opened, announced);
            } else {
                opened.probe();
            }
            // Also when there is much to tell: only a ping counts as a sign of life.
            if (clockNs.getAsLong() - lastPingNs >= pingNs) {
                opened.send(PING);
                lastPingNs = clockNs.getAsLong();
            }
        }
    }

    private void tell(LookupdConnection opened, Map<Registration, Long> announced) throws IOException {
        changes.drainPermits();
        List<String> commands = registrations.catchUp(announced);
        for (int i = 0; i < commands.size(); i += BATCH_MAX) {
            opened.send(commands.subList(i, Math.min(commands.size(), i + BATCH_MAX)));
        }
    }

    /** Whoever waits for the first attempt learns its outcome; whoever asks later gets the newest. */
    private void publish(@Nullable InetSocketAddress servesHttp) {
        if (!http.complete(servesHttp)) {
            http = CompletableFuture.completedFuture(servesHttp);
        }
    }

    /** Told once at WARN until it is back, since the attempts go on. */
    private void report(Exception e) {
        publish(null);
        if (isClosed) {
            return;
        }
        if (failures == 0) {
            LOG.warn(
                    "lookupd unreachable lookupd={} error=\"{}\"; consumers that ask it will not find this node;"
                            + " trying again",
                    text(),
                    message(e));
        } else {
            LOG.debug("lookupd unreachable lookupd={} failures={} error=\"{}\"", text(), failures, message(e));
        }
        failures++;
    }

    private void pause() {
        if (isClosed) {
            return;
        }
        int doublings = Math.min(Math.max(failures - 1, 0), 16);
        long longestMs = Math.min((long) limits.backoffMinMs() << doublings, limits.backoffMaxMs());
        try {
            // Between half and all of it, so that the nodes of a cluster do not come back at the same moment.
            Thread.sleep(longestMs / 2 + random.nextLong(longestMs / 2 + 1));
        } catch (InterruptedException e) {
            isClosed = true;
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private String text() {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Ends the connection, by which the lookupd forgets this node. */
    @Override
    public void close() {
        isClosed = true;
        LookupdConnection open = connection;
        if (open != null) {
            open.close();
        }
        thread.interrupt();
        http.complete(null);
    }
}
