package dev.chaski.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Finds the address of a host. The system's own look-up may take many seconds and holds its thread all that time: a virtual
 * thread would hold one of the few that carry them all, and some names that nobody answers for would stop every connection.
 * So a few platform threads do it, which end when there is nothing to do. Any thread.
 */
final class Resolver {
    private static final int THREADS_MAX = 64;
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    /** One look-up for each name at a time, however many wait for it; so the queue has at most a place for each server. */
    private static final Map<String, CompletableFuture<InetAddress>> RUNNING = new ConcurrentHashMap<>();

    private static final Executor THREADS = threads();

    private Resolver() {}

    private static Executor threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS_MAX,
                THREADS_MAX,
                100,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("chaski-resolver-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Finds it.
     *
     * @param address host, which may be an IP address, and port
     * @param timeoutMs how long that may take, in milliseconds
     * @throws UnknownHostException where nobody knows the host
     * @throws SocketTimeoutException where it takes longer, or the thread is interrupted, which it then stays
     */
    static InetSocketAddress resolve(ServerAddress address, int timeoutMs) throws IOException {
        String host = address.host();
        if (IP_ADDRESS.matcher(host).matches()) {
            return new InetSocketAddress(InetAddress.getByName(host), address.port());
        }
        try {
            InetAddress found = RUNNING.computeIfAbsent(host, Resolver::begin).get(timeoutMs, TimeUnit.MILLISECONDS);
            return new InetSocketAddress(found, address.port());
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e.getCause());
            throw unknown;
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("the address of " + host + " was not found within " + timeoutMs + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketTimeoutException("interrupted while the address of " + host + " was looked up");
        }
    }

    private static CompletableFuture<InetAddress> begin(String host) {
        CompletableFuture<InetAddress> found = new CompletableFuture<>();
        THREADS.execute(() -> look(host, found));
        return found;
    }

    private static void look(String host, CompletableFuture<InetAddress> found) {
        try {
            found.complete(InetAddress.getByName(host));
        } catch (UnknownHostException | RuntimeException e) {
            found.completeExceptionally(e);
        } finally {
            RUNNING.remove(host);
        }
    }
}
