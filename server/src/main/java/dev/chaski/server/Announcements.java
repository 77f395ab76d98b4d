package dev.chaski.server;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.RegistryUri;
import dev.chaski.registry.Service;
import dev.chaski.server.config.OptionTable;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registries that this node is announced in, but for nsqlookupd, which is told of topics by another protocol. Owned by
 * the thread that starts, then by the one that closes.
 */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Chaski.class);
    private static final String LOOKUPD = "nsqlookupd";
    private static final int LOOKUPD_HTTP_PORT = 4161;
    private static final int LOOKUPD_TCP_PORT = 4160;
    /** How long a registry may take to forget this node, before a stop goes on without it. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final List<Announcement> all = new ArrayList<>();

    /** Opens them: what is wrong with a URI is known before any door is open. */
    void open(List<URI> uris) throws StartException {
        for (URI uri : uris) {
            if (!isLookupd(uri)) {
                try {
                    all.add(new Announcement(uri, Registry.open(uri)));
                } catch (RegistryException | IllegalArgumentException e) {
                    throw failed(uri, e);
                }
            }
        }
    }

    /** Announces, and goes on trying where a registry is not there. Returns at once. */
    void begin(Service service) {
        all.forEach(announcement -> announcement.begin(service));
    }

    /** Ends them all at the same time. */
    void close() {
        List<Thread> closing = new ArrayList<>();
        for (Announcement announcement : all) {
            closing.add(Thread.ofVirtual().name("registry-farewell").start(announcement::close));
        }
        long endNs = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (Thread thread : closing) {
                if (!thread.join(Duration.ofNanos(Math.max(1, endNs - System.nanoTime())))) {
                    LOG.warn("a registry does not answer; it tells of this node until its time is over there");
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where topics are registered by nsqlookupd's own protocol: those registries, by their TCP port. */
    static List<InetSocketAddress> lookupds(List<URI> uris) throws StartException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (URI uri : uris) {
            if (isLookupd(uri)) {
                try {
                    int port = RegistryUri.positive(uri, "tcp", LOOKUPD_TCP_PORT);
                    for (InetSocketAddress host : RegistryUri.hosts(uri, LOOKUPD_HTTP_PORT)) {
                        addresses.add(InetSocketAddress.createUnresolved(host.getHostString(), port));
                    }
                } catch (RegistryException | IllegalArgumentException e) {
                    throw failed(uri, e);
                }
            }
        }
        return addresses;
    }

    static boolean isLookupd(URI uri) {
        return LOOKUPD.equals(uri.getScheme());
    }

    private static StartException failed(URI uri, RuntimeException e) {
        return new StartException(OptionTable.REGISTRY + "=" + uri + ": " + e.getMessage(), e);
    }
}
