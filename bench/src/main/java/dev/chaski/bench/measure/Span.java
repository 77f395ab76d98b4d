package dev.chaski.bench.measure;

import dev.chaski.bench.load.Sample;
import java.util.concurrent.TimeUnit;

/**
 * A measured stretch of time.
 *
 * @param from what had been used at its beginning
 * @param to what had been used at its end
 * @param sample what was counted between them
 */
public record Span(Usage from, Usage to, Sample sample) {
    /** A loop that is busy for more than this share of the time has no time left to ask for more. */
    private static final double BUSY_MAX = 0.9;
    /** Likewise for all cores that this process may run on. */
    private static final double CORES_BUSY_MAX = 0.95;

    /**
     * How long it was.
     *
     * @return seconds
     */
    public double seconds() {
        return Math.max(1, to.atNs() - from.atNs()) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /**
     * How often something happened.
     *
     * @param count how often in all
     * @return times a second
     */
    public double perSecond(long count) {
        return count / seconds();
    }

    /**
     * Whether the server's process is known.
     *
     * @return true where its figures mean something
     */
    public boolean knowsServer() {
        return from.serverCpuNs() >= 0 && to.serverCpuNs() >= 0;
    }

    /**
     * CPU that the server used.
     *
     * @return nanoseconds
     */
    public long serverCpuNs() {
        return to.serverCpuNs() - from.serverCpuNs();
    }

    /**
     * CPU that the server used, as a share of one core.
     *
     * @return 1.0 for one core busy all the time
     */
    public double serverCores() {
        return serverCpuNs() / (double) Math.max(1, to.atNs() - from.atNs());
    }

    /**
     * CPU that the generator used.
     *
     * @return nanoseconds
     */
    public long ownCpuNs() {
        return to.ownCpuNs() - from.ownCpuNs();
    }

    /**
     * CPU that the generator used, as a share of one core.
     *
     * @return 1.0 for one core busy all the time
     */
    public double ownCores() {
        return ownCpuNs() / (double) Math.max(1, to.atNs() - from.atNs());
    }

    /**
     * How busy the busiest of the generator's loops was.
     *
     * @return 0 to about 1
     */
    public double busiestLoop() {
        double busiest = 0;
        for (int i = 0; i < to.loopCpuNs().size(); i++) {
            long usedNs = to.loopCpuNs().get(i) - from.loopCpuNs().get(i);
            busiest = Math.max(busiest, usedNs / (double) Math.max(1, to.atNs() - from.atNs()));
        }
        return busiest;
    }

    /**
     * Whether the generator, rather than the server, set the pace.
     *
     * @param cores how many cores this process may use
     * @return true where a loop or all cores were busy
     */
    public boolean generatorWasBottleneck(int cores) {
        return busiestLoop() > BUSY_MAX || ownCores() > CORES_BUSY_MAX * cores;
    }

    /**
     * This stretch and the one that follows it.
     *
     * @param next begins where this one ends
     * @return both as one
     */
    public Span and(Span next) {
        return new Span(from, next.to, sample.plus(next.sample));
    }

    /**
     * This stretch, with late arrivals counted in its latencies and not in its rates.
     *
     * @param late what came after its end of what was sent before
     * @return the stretch
     */
    public Span withLate(Sample late) {
        Sample all = sample.plus(late);
        Sample merged = new Sample(
                sample.published(),
                sample.consumed(),
                all.foreign(),
                all.early(),
                all.refused(),
                sample.heartbeats(),
                all.answer(),
                all.endToEnd(),
                sample.sendLag());
        return new Span(from, to, merged);
    }
}
