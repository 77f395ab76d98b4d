package dev.chaski.server;

import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node announced in one registry, which may not be there yet. A virtual thread of its own tries until it is
 * registered; from then on the registry's own client keeps it so. Begun and closed by its owner.
 */
final class Announcement {
    private static final Logger LOG = LoggerFactory.getLogger(Chaski.class);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private final URI uri;
    private final Registry registry;
    private @Nullable Thread trying;

    Announcement(URI uri, Registry registry) {
        this.uri = uri;
        this.registry = registry;
    }

    void begin(Service service) {
        trying = Thread.ofVirtual().name("registry-announcement").start(() -> announce(service));
    }

    private void announce(Service service) {
        Duration pause = PAUSE_MIN;
        boolean isTold = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                registry.register(service);
                LOG.info(
                        "announced registry={} service={} node={}",
                        uri,
                        service.name(),
                        service.nodes().getFirst().id());
                return;
            } catch (RegistryException e) {
                if (!isTold && !Thread.currentThread().isInterrupted()) {
                    LOG.warn("not announced registry={} error=\"{}\"; trying again", uri, e.getMessage());
                    isTold = true;
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    /** Waits until the registry has forgotten this node, or cannot be told. */
    void close() {
        try {
            if (trying != null) {
                trying.interrupt();
                // Else it could register what has just been forgotten.
                trying.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registry.close();
    }
}
