package dev.chaski.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What one connection publishes.
 *
 * @param ring the commands, not shared with another connection
 * @param pipelineMax the most commands that wait for an answer
 * @param schedule when they are sent
 * @param preparation what is filled in right before
 * @param commandsMax how many commands are sent in all
 */
public record PublishPlan(
        CommandRing ring, int pipelineMax, Schedule schedule, Sender.Preparation preparation, long commandsMax) {

    /**
     * As fast as answers come, without an end.
     *
     * @param ring the commands
     * @param pipelineMax the most commands that wait for an answer
     * @return a plan
     */
    public static PublishPlan closed(CommandRing ring, int pipelineMax) {
        return new PublishPlan(ring, pipelineMax, Schedule.CLOSED, Sender.Preparation.NONE, Long.MAX_VALUE);
    }

    /**
     * The same, at a rate.
     *
     * @param newSchedule when commands are sent
     * @return a plan
     */
    public PublishPlan at(Schedule newSchedule) {
        return new PublishPlan(ring, pipelineMax, newSchedule, preparation, commandsMax);
    }

    /**
     * The same, with an end.
     *
     * @param newCommandsMax how many commands are sent in all
     * @return a plan
     */
    public PublishPlan upTo(long newCommandsMax) {
        return new PublishPlan(ring, pipelineMax, schedule, preparation, newCommandsMax);
    }

    /**
     * The same, with the intended time in the first eight bytes of each body.
     *
     * @return a plan
     */
    public PublishPlan stamped() {
        return new PublishPlan(ring, pipelineMax, schedule, Sender.Preparation.STAMP, commandsMax);
    }

    /**
     * The same for a ring of DPUBs: each with a random delay, and when it is due in its body's first eight bytes.
     *
     * @param fromMs the shortest delay, in milliseconds
     * @param toMs the longest delay, in milliseconds
     * @param random where delays come from
     * @return a plan
     */
    public PublishPlan deferred(long fromMs, long toMs, RandomGenerator random) {
        Sender.Preparation delay = (commands, slot, intendedNs) -> {
            long delayMs = fromMs + random.nextLong(toMs - fromMs + 1);
            commands.delay(slot, delayMs);
            commands.stamp(slot, intendedNs + TimeUnit.MILLISECONDS.toNanos(delayMs));
        };
        return new PublishPlan(ring, pipelineMax, schedule, delay, commandsMax);
    }
}
