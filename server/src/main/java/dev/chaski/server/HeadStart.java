package dev.chaski.server;

import dev.chaski.server.loops.Loops;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * Loads Netty on a thread of its own, beside the one that starts a broker: the first start in a JVM takes longer for it
 * than for options, folder and log together. Once per JVM; any thread.
 *
 * <p>Whoever starts uses nothing of Netty before {@link #awaitNetty}: two threads that initialise its classes could wait
 * for each other. Nor does he log before {@link #awaitLogging}: SLF4J gives those who come while it looks for its provider
 * something else than a logger.
 */
final class HeadStart {
    private static final AtomicBoolean IS_BEGUN = new AtomicBoolean();
    private static final CompletableFuture<Void> LOGGING = new CompletableFuture<>();
    private static final CompletableFuture<Void> NETTY = new CompletableFuture<>();

    private HeadStart() {}

    /** Begins, where nobody has. */
    static void begin() {
        if (IS_BEGUN.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("chaski-head-start").start(HeadStart::load);
        }
    }

    /** What fails here fails again where it is used, and is told there. */
    private static void load() {
        try {
            LoggerFactory.getILoggerFactory();
            LOGGING.complete(null);
            Loops.load();
        } finally {
            LOGGING.complete(null);
            NETTY.complete(null);
        }
    }

    /** Waits until loggers may be asked for. After {@link #begin}. */
    static void awaitLogging() {
        LOGGING.join();
    }

    /** Waits until Netty may be used. After {@link #begin}. */
    static void awaitNetty() {
        NETTY.join();
    }
}
