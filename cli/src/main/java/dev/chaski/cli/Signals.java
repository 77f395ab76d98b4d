package dev.chaski.cli;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first asks for a drain, a second ends the process at once. Any thread. The JVM's own handlers
 * would run shutdown hooks, exit with 143, and ignore a second signal; hence ours.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private final CountDownLatch asked = new CountDownLatch(1);

    private Signals() {}

    /** Takes the signals over. */
    static Signals listen() {
        Signals signals = new Signals();
        for (String name : new String[] {"TERM", "INT"}) {
            try {
                handle(name, () -> signals.received(name));
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                // A JVM started with -Xrs, or without jdk.unsupported.
                LOG.warn("signal not handled signal={}; it ends the process without a drain", name, e);
            }
        }
        return signals;
    }

    /**
     * Calls sun.misc.Signal.handle, the only way in Java to handle a signal. By name, since javac warns of any mention
     * and offers no way to say that it is meant.
     */
    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object calling =
                Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
    }

    /** What a signal that ends the process does. */
    void received(String name) {
        if (asked.getCount() == 0) {
            LOG.warn("killed signal={}; ended before all was drained", name);
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        LOG.info("stopping signal={}", name);
        asked.countDown();
    }

    /** Has something run at each SIGHUP, on a thread of the JVM: must not block. Where SIGHUP is ignored it stays so. */
    static void onHangUp(Runnable action) {
        try {
            handle("HUP", action);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.warn("signal not handled signal=HUP; it ends the process", e);
        }
    }

    /** Takes the signals over, and has something run at the first. */
    static void onFirst(Runnable action) {
        Signals signals = listen();
        Thread.ofVirtual().start(() -> {
            try {
                signals.await();
                action.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** As {@link #onFirst}, and SIGHUP, of a terminal that is closed, is such a signal. */
    static void onFirstOrHangUp(Runnable action) {
        onFirst(action);
        onHangUp(action);
    }

    /** Waits for the first signal. */
    void await() throws InterruptedException {
        asked.await();
    }
}
