package dev.chaski.testing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A broker and the tests that use it now. Who leaves messages behind can be told only where nobody else is at it, so tests
 * that run at the same time are looked at together, when the last of them ends. Any thread.
 */
final class SharedBroker implements AutoCloseable {
    private static final long LOOK_AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Names of tests in a failure. */
    private static final int NAMED_MAX = 10;

    private final TestBroker broker;
    private final Settings settings;
    private final String owner;
    private final Consumer<SharedBroker> whenClosed;
    /** Those that run, and those that ended while others ran. */
    private final Set<String> tests = new LinkedHashSet<>();

    private Allowance mayStay = Allowance.NOTHING;
    private Allowance mayBeDropped = Allowance.NOTHING;
    private boolean hasFailure;
    private int running;

    /** A broker that lives as long as the context with this id. */
    SharedBroker(TestBroker broker, Settings settings, String owner, Consumer<SharedBroker> whenClosed) {
        this.broker = broker;
        this.settings = settings;
        this.owner = owner;
        this.whenClosed = whenClosed;
    }

    TestBroker broker() {
        return broker;
    }

    boolean isOwnedBy(String contextId) {
        return owner.equals(contextId);
    }

    /** A test begins. Waits while others are being looked at. */
    synchronized void begin(String test) {
        tests.add(test);
        running++;
    }

    /**
     * A test ends. A broker that it has closed itself is not looked at.
     *
     * @param failed whether it did anyway; then what it left is dropped and not told
     * @param ofClass what may stay, and does
     * @param ofMethod what may stay, and is dropped
     * @throws AssertionError where it, or one that ran at the same time, left messages behind
     */
    synchronized void end(boolean failed, Allowance ofClass, Allowance ofMethod) {
        hasFailure |= failed;
        mayStay = mayStay.and(ofClass).and(settings.allowance());
        mayBeDropped = mayBeDropped.and(ofMethod);
        running--;
        if (running > 0) {
            return;
        }
        try {
            // Under the lock: a test that begins now would be taken for one of those that ended.
            if (!hasFailure && !broker.chaski().isClosed()) {
                check();
            }
        } finally {
            dropTheRest();
        }
    }

    private void dropTheRest() {
        if (!broker.chaski().isClosed()) {
            mayStay.beyond(broker.leftBehind()).stream()
                    .map(LeftBehind::topic)
                    .distinct()
                    .forEach(broker::empty);
        }
        tests.clear();
        mayStay = Allowance.NOTHING;
        mayBeDropped = Allowance.NOTHING;
        hasFailure = false;
    }

    private void check() {
        Allowance allowed = mayStay.and(mayBeDropped);
        long endNs = System.nanoTime() + settings.settle().toNanos();
        while (broker.isPublishing() && System.nanoTime() < endNs) {
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
        List<LeftBehind> left = allowed.beyond(broker.leftBehind());
        while (!left.isEmpty() && System.nanoTime() < endNs) {
            LockSupport.parkNanos(LOOK_AGAIN_NS);
            left = allowed.beyond(broker.leftBehind());
        }
        if (!left.isEmpty()) {
            throw new AssertionError(text(left));
        }
    }

    private String text(List<LeftBehind> left) {
        String lines = left.stream().map(each -> "\n  " + each).collect(Collectors.joining());
        String first = left.getFirst().topic();
        return "messages were left behind by " + names() + ":" + lines
                + "\nFinish them, or let them stay with @LeavesMessages or @LeavesMessages(\"" + first + "\").";
    }

    private String names() {
        String some = tests.stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
        int more = tests.size() - NAMED_MAX;
        String all = more > 0 ? some + " and " + more + " more" : some;
        return tests.size() == 1 ? all : "one of " + all + ", which ran at the same time";
    }

    @Override
    public void close() {
        whenClosed.accept(this);
        broker.close();
    }
}
