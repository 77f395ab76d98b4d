package dev.chaski.engine;

import dev.chaski.engine.BrokerException.Reason;
import dev.chaski.log.LogException;

/** Turns what the log could not do into what a door can answer. */
final class Failures {
    private Failures() {}

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
