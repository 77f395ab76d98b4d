package dev.chaski.cli.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Asks many the same at a time, on virtual threads. Any thread. */
final class FanOut {
    /** Questions under way: a hundred nodes are not to cost a hundred answers of memory at a time. */
    private static final int ASKED_MAX = 16;

    /** A question to one of them. */
    interface Question<A, T> {
        T ask(A whom) throws AskException, InterruptedException;
    }

    private FanOut() {}

    static <A, T> Answers<T> ask(List<A> whom, Function<A, HttpAddress> where, Question<A, T> question)
            throws InterruptedException {
        List<T> values = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        Semaphore room = new Semaphore(ASKED_MAX);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> coming = new ArrayList<>();
            for (A one : whom) {
                coming.add(executor.submit(() -> {
                    room.acquire();
                    try {
                        return question.ask(one);
                    } finally {
                        room.release();
                    }
                }));
            }
            for (int i = 0; i < whom.size(); i++) {
                try {
                    values.add(coming.get(i).get());
                } catch (ExecutionException e) {
                    failures.add(failure(where.apply(whom.get(i)), e));
                }
            }
        }
        return new Answers<>(values, failures);
    }

    private static Failure failure(HttpAddress where, ExecutionException e) {
        if (e.getCause() instanceof AskException why) {
            return new Failure(where, why.what(), why.kind() == AskException.Kind.UNREACHABLE);
        }
        throw new IllegalStateException(e.getCause());
    }
}
