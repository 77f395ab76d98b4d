package dev.chaski.server.stats;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pushes a node's figures to a statsd daemon at an interval. Its state belongs to its own virtual thread. */
public final class StatsdPusher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatsdPusher.class);
    /** The share of the interval over which packets are spread, so that thousands do not overrun a socket's buffer. */
    private static final long SPREAD_SHARE = 2;
    /** Packets sent without a pause. */
    private static final int BURST_COUNT = 32;

    private final StatsdConfig config;
    private final Stats stats;
    private final StatsdLines lines;
    private final Thread thread;
    private boolean isFailing;

    private StatsdPusher(StatsdConfig config, Stats stats) {
        this.config = config;
        this.stats = stats;
        lines = new StatsdLines(config.prefix(), config.excludeEphemeral());
        thread = Thread.ofVirtual().name("chaski-statsd").unstarted(this::run);
    }

    /**
     * Starts to push; the first time after one interval.
     *
     * @param config where and how
     * @param stats what
     * @return the pusher, to be closed
     */
    public static StatsdPusher start(StatsdConfig config, Stats stats) {
        StatsdPusher pusher = new StatsdPusher(config, stats);
        pusher.thread.start();
        return pusher;
    }

    /** Pushes no more. Blocks until a push that goes on has ended; not on a loop. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long intervalNs = TimeUnit.MILLISECONDS.toNanos(config.intervalMs());
        long dueNs = System.nanoTime() + intervalNs;
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
                push();
                dueNs = Math.max(dueNs + intervalNs, System.nanoTime());
            }
        } catch (InterruptedException e) {
            LOG.debug("statsd pusher ends");
        }
    }

    private void push() throws InterruptedException {
        List<byte[]> packets = packets(stats.report(StatsQuery.figures(config.includeMemory())));
        long gapMs = config.intervalMs() / SPREAD_SHARE / (packets.size() / BURST_COUNT + 1);
        try (DatagramSocket socket = new DatagramSocket()) {
            InetSocketAddress target = new InetSocketAddress(config.host(), config.port());
            for (int i = 0; i < packets.size(); i++) {
                byte[] packet = packets.get(i);
                socket.send(new DatagramPacket(packet, packet.length, target));
                if (i % BURST_COUNT == BURST_COUNT - 1) {
                    TimeUnit.MILLISECONDS.sleep(gapMs);
                }
            }
            isFailing = false;
        } catch (IOException | IllegalArgumentException e) {
            if (!isFailing) {
                LOG.warn(
                        "figures cannot be sent to statsd, which is tried again at each interval address={}:{} error=\"{}\"",
                        config.host(),
                        config.port(),
                        e.toString());
            }
            isFailing = true;
        }
    }

    /** Whole lines, as many as a packet holds. */
    private List<byte[]> packets(Report report) {
        List<byte[]> packets = new ArrayList<>();
        byte[] packet = new byte[config.packetSizeBytes()];
        int[] filled = new int[1];
        lines.write(report, line -> {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            if (filled[0] > 0 && filled[0] + bytes.length > packet.length) {
                packets.add(Arrays.copyOf(packet, filled[0]));
                filled[0] = 0;
            }
            if (bytes.length > packet.length) {
                packets.add(bytes);
            } else {
                System.arraycopy(bytes, 0, packet, filled[0], bytes.length);
                filled[0] += bytes.length;
            }
        });
        if (filled[0] > 0) {
            packets.add(Arrays.copyOf(packet, filled[0]));
        }
        return packets;
    }
}
