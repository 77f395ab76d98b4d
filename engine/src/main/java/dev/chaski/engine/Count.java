package dev.chaski.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter with one writing thread and any readers: no locked instruction on the hot path. */
final class Count {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Count.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through VALUE
    private long value;

    /** Adds; the owner only. */
    void add(long delta) {
        VALUE.setOpaque(this, (long) VALUE.get(this) + delta);
    }

    /** Sets; the owner only. */
    void set(long newValue) {
        VALUE.setRelease(this, newValue);
    }

    long get() {
        return (long) VALUE.getAcquire(this);
    }
}
