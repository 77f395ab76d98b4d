package dev.chaski.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time is a number here: nothing waits. */
@Timeout(20)
class SenderTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Tally tally = new Tally();

    @Test
    void aServerThatStallsIsChargedForAllThatShouldHaveBeenSentMeanwhile() throws IOException {
        Sender sender = sender(1, new Schedule(MS, 0));
        sender.start(0);
        // Every answer takes 0.1 ms, but for one that takes 100 ms. Only one command may wait for its answer.
        long nowNs = 0;
        for (int i = 0; i < 1000; i++) {
            nowNs = Math.max(nowNs, i * MS);
            sender.fill(nowNs);
            nowNs += i == 500 ? 100 * MS : MS / 10;
            sender.answered(nowNs);
        }
        Histogram answer = tally.take().answer();
        assertThat(answer.getTotalCount()).isEqualTo(1000);
        assertThat(answer.getValueAtPercentile(50)).isBetween(MS / 11, MS / 9);
        assertThat(answer.getMaxValue()).isBetween(99 * MS, 101 * MS);
        // The backlog is worked off at 0.1 ms each while one more comes due each ms: some 110 commands are late.
        assertThat(answer.getCountBetweenValues(MS, 200 * MS)).isBetween(105L, 115L);
        assertThat(answer.getValueAtPercentile(95)).isGreaterThan(40 * MS);
    }

    @Test
    void withoutAScheduleTimeCountsFromTheSending() throws IOException {
        Sender sender = sender(2, Schedule.CLOSED);
        sender.start(0);
        sender.fill(0);
        assertThat(sender.outstanding()).isEqualTo(2);
        sender.answered(100 * MS);
        sender.fill(100 * MS);
        sender.answered(100 * MS);
        sender.answered(101 * MS);
        Histogram answer = tally.take().answer();
        assertThat(answer.getCountBetweenValues(0, 2 * MS)).isEqualTo(1);
        assertThat(answer.getMaxValue()).isBetween(99 * MS, 101 * MS);
    }

    @Test
    void nothingIsSentBeforeItsTimeAndTheShareOfEachConnectionIsShifted() {
        Schedule second = Schedule.share(1000, 1, 4, 1);
        assertThat(second).isEqualTo(new Schedule(4 * MS, MS));
        Sender sender = sender(10, second);
        sender.start(5 * MS);
        sender.fill(6 * MS - 1);
        assertThat(sender.outstanding()).isZero();
        sender.fill(6 * MS);
        assertThat(sender.outstanding()).isEqualTo(1);
        sender.fill(14 * MS);
        assertThat(sender.outstanding()).isEqualTo(3);
    }

    @Test
    void noMoreIsSentThanAskedForAndNothingAfterAStop() throws IOException {
        CommandRing ring = CommandRing.publish(List.of("t"), 1, 10, 8);
        Sender bounded = new Sender(PublishPlan.closed(ring, 4).upTo(5), tally, new Goal(Long.MAX_VALUE));
        bounded.fill(0);
        for (int i = 0; i < 4; i++) {
            bounded.answered(1);
        }
        bounded.fill(1);
        assertThat(bounded.outstanding()).isEqualTo(1);

        Sender stopped = sender(4, Schedule.CLOSED);
        stopped.fill(0);
        stopped.stop();
        stopped.answered(1);
        stopped.fill(1);
        assertThat(stopped.outstanding()).isEqualTo(3);
    }

    @Test
    void anAnswerThatNothingAskedForIsAnError() {
        assertThatThrownBy(() -> sender(1, Schedule.CLOSED).answered(1)).isInstanceOf(IOException.class);
    }

    private Sender sender(int pipeline, Schedule schedule) {
        CommandRing ring = CommandRing.publish(List.of("t"), 1, 10, pipeline);
        return new Sender(PublishPlan.closed(ring, pipeline).at(schedule), tally, new Goal(Long.MAX_VALUE));
    }
}
