package dev.chaski.server.stats;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/** Watches this JVM's heap. Any thread; a lock guards the few numbers that collections leave. */
public final class JvmMemory implements AutoCloseable {
    /** Pauses that the percentiles are made of. */
    private static final int PAUSE_COUNT_MAX = 256;

    private final NotificationListener listener = this::collected;
    private final long[] pausesUs = new long[PAUSE_COUNT_MAX];
    private long pauseCount;

    private JvmMemory() {}

    /**
     * Starts to watch.
     *
     * @return the watch, to be closed
     */
    public static JvmMemory watch() {
        JvmMemory memory = new JvmMemory();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(memory.listener, null, null);
            }
        }
        return memory;
    }

    MemoryFigures figures() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long runs = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            runs += Math.max(0, collector.getCollectionCount());
        }
        long[] sorted = sortedPauses();
        return new MemoryFigures(
                heap.getCommitted() - heap.getUsed(),
                heap.getUsed(),
                Math.max(0, heap.getMax() - heap.getCommitted()),
                percentile(sorted, 1),
                percentile(sorted, 0.99),
                percentile(sorted, 0.95),
                heap.getCommitted(),
                runs);
    }

    /** Ends the watch. */
    @Override
    public void close() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                try {
                    emitter.removeNotificationListener(listener);
                } catch (ListenerNotFoundException e) {
                    // Closed twice: it is gone, which is what was asked for.
                }
            }
        }
    }

    private void collected(Notification notification, @Nullable Object handback) {
        if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            var info = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            record(TimeUnit.MILLISECONDS.toMicros(info.getGcInfo().getDuration()));
        }
    }

    synchronized void record(long pauseUs) {
        pausesUs[(int) (pauseCount++ % PAUSE_COUNT_MAX)] = pauseUs;
    }

    private synchronized long[] sortedPauses() {
        long[] sorted = Arrays.copyOf(pausesUs, (int) Math.min(pauseCount, PAUSE_COUNT_MAX));
        Arrays.sort(sorted);
        return sorted;
    }

    private static long percentile(long[] sorted, double quantile) {
        int index = (int) Math.ceil(sorted.length * quantile) - 1;
        return sorted.length == 0 ? 0 : sorted[Math.max(0, index)];
    }
}
