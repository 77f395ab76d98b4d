package dev.chaski.bench.load;

import org.HdrHistogram.Histogram;

/** What the connections of a loop count. Confined to the loop's thread. */
final class Tally {
    /** Latencies are kept from 0.1 µs to an hour, to three digits. */
    private static final long LATENCY_NS_MIN = 100;

    private static final long LATENCY_NS_MAX = 3_600_000_000_000L;
    private static final int LATENCY_DIGITS = 3;

    long published;
    long consumed;
    /** Messages whose time stamp is not of this run. */
    long foreign;
    /** Messages that came before they were due. */
    long early;

    /** Finishes that the server refused. */
    long refused;

    long heartbeats;
    private Histogram answer = histogram();
    private Histogram endToEnd = histogram();
    private Histogram sendLag = histogram();

    static Histogram histogram() {
        return new Histogram(LATENCY_NS_MIN, LATENCY_NS_MAX, LATENCY_DIGITS);
    }

    void answered(int messages, long latencyNs) {
        published += messages;
        record(answer, latencyNs);
    }

    void arrived(long latencyNs) {
        record(endToEnd, latencyNs);
    }

    void sent(long lagNs) {
        record(sendLag, lagNs);
    }

    /** Gives the counts away and begins anew. */
    Sample take() {
        Sample sample = new Sample(published, consumed, foreign, early, refused, heartbeats, answer, endToEnd, sendLag);
        published = 0;
        consumed = 0;
        foreign = 0;
        early = 0;
        refused = 0;
        heartbeats = 0;
        answer = histogram();
        endToEnd = histogram();
        sendLag = histogram();
        return sample;
    }

    private static void record(Histogram histogram, long valueNs) {
        histogram.recordValue(Math.clamp(valueNs, 0, LATENCY_NS_MAX));
    }
}
