package dev.chaski.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What was counted over a while. Immutable by agreement: nobody records into the histograms, which are in nanoseconds.
 *
 * @param published messages whose publish was answered
 * @param consumed messages that arrived
 * @param foreign messages that arrived with a time stamp that is not of this run
 * @param early deferred messages that arrived before they were due
 * @param refused finishes that the server refused: the message had timed out, or came twice
 * @param heartbeats heartbeats that were answered
 * @param answer time from when a publish was to be sent until its answer
 * @param endToEnd time from when a message was to be sent (or was due) until it arrived
 * @param sendLag time from when a publish was to be sent until it was: the generator's own part
 */
public record Sample(
        long published,
        long consumed,
        long foreign,
        long early,
        long refused,
        long heartbeats,
        Histogram answer,
        Histogram endToEnd,
        Histogram sendLag) {

    /**
     * Nothing.
     *
     * @return a sample of no time
     */
    public static Sample empty() {
        return new Tally().take();
    }

    /**
     * All of several samples.
     *
     * @param samples what to add up
     * @return the sum
     */
    public static Sample sum(List<Sample> samples) {
        Sample sum = empty();
        for (Sample sample : samples) {
            sum = sum.plus(sample);
        }
        return sum;
    }

    /**
     * The sum of two samples.
     *
     * @param other the other one
     * @return a new sample
     */
    public Sample plus(Sample other) {
        return new Sample(
                published + other.published,
                consumed + other.consumed,
                foreign + other.foreign,
                early + other.early,
                refused + other.refused,
                heartbeats + other.heartbeats,
                plus(answer, other.answer),
                plus(endToEnd, other.endToEnd),
                plus(sendLag, other.sendLag));
    }

    private static Histogram plus(Histogram a, Histogram b) {
        Histogram sum = a.copy();
        sum.add(b);
        return sum;
    }
}
