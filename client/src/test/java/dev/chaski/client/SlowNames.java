package dev.chaski.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The names of this JVM, as a system with a name server that does not answer: a name that ends in {@code .slow.test} is
 * looked up until {@link #giveUp} is called. Found by {@code META-INF/services}. Any thread.
 */
public final class SlowNames extends InetAddressResolverProvider {
    private static final AtomicInteger WAITING = new AtomicInteger();
    private static final AtomicInteger ON_VIRTUAL_THREADS = new AtomicInteger();
    private static volatile CountDownLatch end = new CountDownLatch(0);

    /** From now on such names take their time. */
    static void begin() {
        end = new CountDownLatch(1);
    }

    /** Nobody knows them. */
    static void giveUp() {
        end.countDown();
    }

    /** How many are being looked up. */
    static int waiting() {
        return WAITING.get();
    }

    /** How many names, slow or not, were looked up where it would hold up others. */
    static int onVirtualThreads() {
        return ON_VIRTUAL_THREADS.get();
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver system = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                if (Thread.currentThread().isVirtual()) {
                    ON_VIRTUAL_THREADS.incrementAndGet();
                }
                if (host.endsWith(".slow.test")) {
                    awaitEnd();
                    throw new UnknownHostException(host);
                }
                return system.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                return system.lookupByAddress(address);
            }
        };
    }

    private static void awaitEnd() {
        WAITING.incrementAndGet();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            WAITING.decrementAndGet();
        }
    }

    @Override
    public String name() {
        return "slow names";
    }
}
