package dev.chaski.server;

import dev.chaski.server.tls.Certificates;

/** Looks for changed certificate files now and then, on a thread of its own. */
final class CertificateWatch implements AutoCloseable {
    private static final long INTERVAL_MS = 5_000;

    private final Thread thread;

    private CertificateWatch(Thread thread) {
        this.thread = thread;
    }

    static CertificateWatch start(Certificates certificates) {
        return new CertificateWatch(
                Thread.ofVirtual().name("chaski-certificates").start(() -> watch(certificates)));
    }

    private static void watch(Certificates certificates) {
        try {
            while (true) {
                Thread.sleep(INTERVAL_MS);
                certificates.refresh();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
