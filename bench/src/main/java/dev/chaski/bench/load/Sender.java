package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What a publishing connection has sent and not yet seen answered. Confined to the connection's loop.
 *
 * <p>Latency counts from the intended time: with a schedule, that is when the command was due, whether or not it could be
 * sent then, so that a server that stalls is charged for everything that should have been sent meanwhile.
 */
final class Sender {
    /** Fills in what differs from one command to the next, right before it is sent. */
    interface Preparation {
        /** Leaves the command as it is. */
        Preparation NONE = (ring, slot, intendedNs) -> {};
        /** Puts the intended time at the start of every body. */
        Preparation STAMP = CommandRing::stamp;

        void prepare(CommandRing ring, int slot, long intendedNs);
    }

    private final CommandRing ring;
    private final ByteBuffer view;
    private final long ringBytes;
    private final int pipelineMax;
    private final Schedule schedule;
    private final Preparation preparation;
    private final Tally tally;
    private final Goal answers;
    /** For each slot, when its command was to be sent. */
    private final long[] intendedNs;

    private long commandsMax;
    private long staged;
    private long answered;
    private long writtenBytes;
    private int stagedSlot;
    private int answeredSlot;
    private long nextNs;

    Sender(PublishPlan plan, Tally tally, Goal answers) {
        this.ring = plan.ring();
        this.view = ring.view();
        this.ringBytes = (long) ring.slots() * ring.slotBytes();
        this.pipelineMax = Math.min(plan.pipelineMax(), ring.slots());
        this.schedule = plan.schedule();
        this.preparation = plan.preparation();
        this.tally = tally;
        this.answers = answers;
        this.intendedNs = new long[ring.slots()];
        this.commandsMax = plan.commandsMax();
    }

    /** The schedule begins now. */
    void start(long nowNs) {
        nextNs = nowNs + schedule.phaseNs();
    }

    /** Nothing new is sent from now on. */
    void stop() {
        commandsMax = Math.min(commandsMax, staged);
    }

    long outstanding() {
        return staged - answered;
    }

    /** Stages what may be sent now. */
    void fill(long nowNs) {
        long target = Math.min(answered + pipelineMax, commandsMax);
        if (schedule.isPaced()) {
            while (staged < target && nextNs - nowNs <= 0) {
                tally.sent(nowNs - nextNs);
                stage(nextNs);
                nextNs += schedule.periodNs();
            }
        } else {
            while (staged < target) {
                stage(nowNs);
            }
        }
    }

    private void stage(long whenNs) {
        intendedNs[stagedSlot] = whenNs;
        preparation.prepare(ring, stagedSlot, whenNs);
        staged++;
        stagedSlot = stagedSlot + 1 == ring.slots() ? 0 : stagedSlot + 1;
    }

    /** Writes what is staged, as far as the socket takes it; returns true when nothing is left. */
    boolean write(SocketChannel channel) throws IOException {
        long stagedBytes = staged * ring.slotBytes();
        while (writtenBytes < stagedBytes) {
            int from = (int) (writtenBytes % ringBytes);
            int to = (int) Math.min(ringBytes, from + stagedBytes - writtenBytes);
            writtenBytes += channel.write(view.limit(to).position(from));
            if (view.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    /** The oldest outstanding command was answered. */
    void answered(long nowNs) throws IOException {
        if (answered == staged) {
            throw new IOException("the server sent an answer that nothing was asked for");
        }
        tally.answered(ring.messages(), nowNs - intendedNs[answeredSlot]);
        answers.add(1);
        answered++;
        answeredSlot = answeredSlot + 1 == ring.slots() ? 0 : answeredSlot + 1;
    }
}
