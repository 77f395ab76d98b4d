package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Turns what the log could not do into what a door can answer. */
final class Failures {
    private Failures() {}

    /** How long a loop may take to answer: far longer than any turn. */
    private static final long LOOP_TIMEOUT_S = 30;

    /** Waits for what a loop was asked; not on a loop. */
    static <T> T await(CompletableFuture<T> answer) throws BrokerException, InterruptedException {
        try {
            return answer.get(LOOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new BrokerException(Reason.EXITING, "an event loop does not answer");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    static BrokerException of(String doing, LogException failure) {
        Reason reason = switch (failure.kind()) {
            case FULL -> Reason.DISK_FULL;
            case CLOSED -> Reason.EXITING;
            case IO, DAMAGED, LOCKED, NEWER_FORMAT -> Reason.DISK_FAILED;
        };
        BrokerException refusal = new BrokerException(reason, doing + ": " + failure.getMessage());
        refusal.initCause(failure);
        return refusal;
    }
}
