package dev.chaski.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A publish on its way. The window's lock guards what changes. */
final class Publish {
    private final byte[] command;
    private final boolean isAwaited;
    private final CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
    private final long deadlineNs;
    private boolean wasSent;
    private int losses;

    /**
     * A new one.
     *
     * @param command all of it, encoded
     * @param isAwaited whether a thread waits for the answer, and nothing else depends on it
     * @param deadlineNs when to give up, as {@link System#nanoTime} counts
     */
    Publish(byte[] command, boolean isAwaited, long deadlineNs) {
        this.command = command;
        this.isAwaited = isAwaited;
        this.deadlineNs = deadlineNs;
    }

    byte[] command() {
        return command;
    }

    int sizeBytes() {
        return command.length;
    }

    CompletableFuture<@Nullable Void> answer() {
        return answer;
    }

    boolean isOverdue(long nowNs) {
        return nowNs - deadlineNs >= 0;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /** Whether it was ever given to a connection: then the server may have it. */
    boolean wasSent() {
        return wasSent;
    }

    void markSent() {
        wasSent = true;
    }

    /** Whether the thread that publishes may as well write: it waits, and to interrupt it does not close the socket. */
    boolean canWrite() {
        return isAwaited && !Thread.currentThread().isVirtual();
    }

    /** Whether a thread just waits for the answer. */
    boolean isAwaited() {
        return isAwaited;
    }

    /** A connection was lost, and this was the first that it had not answered: perhaps because of this one. */
    void countLoss() {
        losses++;
    }

    /** How many connections were lost so. */
    int losses() {
        return losses;
    }

    void succeed() {
        complete(() -> answer.complete(null));
    }

    void fail(ClientException why) {
        complete(() -> answer.completeExceptionally(why));
    }

    /** What others have hung on the answer runs on a thread of its own: it may block, and even publish. */
    private void complete(Runnable completion) {
        if (isAwaited) {
            completion.run();
        } else {
            Thread.startVirtualThread(completion);
        }
    }
}
