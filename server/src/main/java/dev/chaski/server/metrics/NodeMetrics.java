package dev.chaski.server.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.chaski.engine.Loop;
import dev.chaski.engine.Topic;
import dev.chaski.log.StoreFigures;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Metrics of the node: health, connections, disk, memory, threads. Confined to whoever holds the lock of {@link Metrics}. */
final class NodeMetrics {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final double MS_PER_S = TimeUnit.SECONDS.toMillis(1);
    private static final double US_PER_S = TimeUnit.SECONDS.toMicros(1);
    private static final long LOOP_TIMEOUT_S = 5;

    private final Metrics.Sources sources;
    /** Of the event loops, in their order. */
    private final List<Long> loopThreads = new ArrayList<>();

    NodeMetrics(Metrics.Sources sources) {
        this.sources = sources;
        for (Loop loop : sources.loops().all()) {
            CompletableFuture<Long> id = new CompletableFuture<>();
            loop.execute(() -> id.complete(Thread.currentThread().threadId()));
            loopThreads.add(id.orTimeout(LOOP_TIMEOUT_S, TimeUnit.SECONDS).join());
        }
    }

    void write(Exposition out) throws IOException {
        out.metric("chaski_build_info", MetricType.GAUGE, "1, with the version of the broker.");
        out.sample("", 1, "version", sources.version());
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        out.single(
                "chaski_start_time_seconds",
                MetricType.GAUGE,
                "When the process started, seconds since 1970.",
                runtime.getStartTime() / MS_PER_S);
        out.single(
                "chaski_healthy",
                MetricType.GAUGE,
                "1 while the broker can take messages.",
                sources.stats().health().equals("OK") ? 1 : 0);
        connections(out);
        disk(out);
        syncs(out);
        memory(out);
        process(out);
    }

    private void connections(Exposition out) throws IOException {
        List<Topic> topics = sources.broker().topics();
        out.single("chaski_topics", MetricType.GAUGE, "Topics on this node.", topics.size());
        out.single(
                "chaski_channels",
                MetricType.GAUGE,
                "Channels on this node.",
                topics.stream().mapToInt(topic -> topic.channels().size()).sum());
        out.single(
                "chaski_clients",
                MetricType.GAUGE,
                "Connected NSQ clients.",
                sources.clients().count());
        out.single(
                "chaski_connections",
                MetricType.GAUGE,
                "Connections over all doors.",
                sources.loops().connections());
    }

    private void disk(Exposition out) throws IOException {
        long used = 0;
        for (Topic topic : sources.broker().topics()) {
            used += topic.stats().sizeBytes();
        }
        FileStore store = Files.getFileStore(sources.dataPath());
        out.single("chaski_disk_used_bytes", MetricType.GAUGE, "Bytes that messages take on disk.", used);
        out.single(
                "chaski_disk_free_bytes",
                MetricType.GAUGE,
                "Bytes free on the file system of the data folder.",
                store.getUsableSpace());
        out.single(
                "chaski_disk_size_bytes",
                MetricType.GAUGE,
                "Size of the file system of the data folder.",
                store.getTotalSpace());
        out.single(
                "chaski_disk_low_water_bytes",
                MetricType.GAUGE,
                "Publishing stops when less than this is free.",
                sources.diskLowWaterBytes());
    }

    private void syncs(Exposition out) throws IOException {
        StoreFigures figures = sources.broker().storeFigures();
        out.metric("chaski_log_sync_seconds", MetricType.HISTOGRAM, "How long fsyncs of segments took.");
        long[] bounds = StoreFigures.syncBoundsUs();
        long[] counts = figures.syncCounts();
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i];
            String bound = i < bounds.length ? Double.toString(bounds[i] / US_PER_S) : "+Inf";
            out.sample("_bucket", count, "le", bound);
        }
        out.sample("_sum", figures.syncNs() / NS_PER_S);
        out.sample("_count", count);
        out.single(
                "chaski_log_sync_failures_total",
                MetricType.COUNTER,
                "Fsyncs of segments that failed.",
                figures.syncFailureCount());
        out.single(
                "chaski_log_freed_segments_total",
                MetricType.COUNTER,
                "Segments given up since nobody needed them any more.",
                figures.freedSegmentCount());
        out.single(
                "chaski_log_freed_bytes_total", MetricType.COUNTER, "Bytes of these segments.", figures.freedBytes());
    }

    private static void memory(Exposition out) throws IOException {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        out.single("chaski_memory_heap_used_bytes", MetricType.GAUGE, "Heap in use.", heap.getUsed());
        out.single("chaski_memory_heap_max_bytes", MetricType.GAUGE, "Most that the heap may become.", heap.getMax());
        out.single(
                "chaski_memory_direct_used_bytes",
                MetricType.GAUGE,
                "Memory outside the heap that buffers of connections take.",
                Math.max(0, PlatformDependent.usedDirectMemory()));
        List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
        out.metric("chaski_gc_collections_total", MetricType.COUNTER, "Collections of garbage.");
        for (GarbageCollectorMXBean collector : collectors) {
            out.sample("", Math.max(0, collector.getCollectionCount()), "collector", collector.getName());
        }
        out.metric("chaski_gc_seconds_total", MetricType.COUNTER, "Time that collections of garbage took.");
        for (GarbageCollectorMXBean collector : collectors) {
            out.sample("", Math.max(0, collector.getCollectionTime()) / MS_PER_S, "collector", collector.getName());
        }
    }

    private void process(Exposition out) throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        out.single("chaski_threads", MetricType.GAUGE, "Threads of the operating system.", threads.getThreadCount());
        out.metric("chaski_loop_cpu_seconds_total", MetricType.COUNTER, "Processor time of each event loop.");
        for (int i = 0; i < loopThreads.size(); i++) {
            long ns = Math.max(0, threads.getThreadCpuTime(loopThreads.get(i)));
            out.sample("", ns / NS_PER_S, "loop", Integer.toString(i));
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            out.single(
                    "chaski_process_cpu_seconds_total",
                    MetricType.COUNTER,
                    "Processor time of the process.",
                    system.getProcessCpuTime() / NS_PER_S);
            out.single(
                    "chaski_process_open_fds",
                    MetricType.GAUGE,
                    "Open files and sockets.",
                    system.getOpenFileDescriptorCount());
            out.single(
                    "chaski_process_max_fds",
                    MetricType.GAUGE,
                    "Most files and sockets that may be open.",
                    system.getMaxFileDescriptorCount());
        }
    }
}
