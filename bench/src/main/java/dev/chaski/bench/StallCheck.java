package dev.chaski.bench;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import dev.chaski.bench.load.Goal;
import dev.chaski.bench.measure.Span;
import java.time.Duration;
import java.util.function.Consumer;

/** Ends a run in which nothing happens any more. Confined to the thread that runs the measurement. */
final class StallCheck implements Consumer<Span> {
    private final Goal goal;
    private final Duration stallMax;
    private final String what;
    private long left;
    private long movedNs;

    /** Fails where the goal comes no nearer for so long, from now on. */
    StallCheck(Goal goal, long nowNs, Duration stallMax, String what) {
        this.goal = goal;
        this.stallMax = stallMax;
        this.what = what;
        left = goal.left();
        movedNs = nowNs;
    }

    @Override
    public void accept(Span span) {
        at(span.to().atNs());
    }

    void at(long nowNs) {
        long leftNow = goal.left();
        if (leftNow != left || leftNow == 0) {
            left = leftNow;
            movedNs = nowNs;
        } else if (nowNs - movedNs >= stallMax.toNanos()) {
            throw new BenchException(
                    Kind.FAILED, left + " " + what + " are missing, and none came for " + stallMax.toSeconds() + " s");
        }
    }
}
