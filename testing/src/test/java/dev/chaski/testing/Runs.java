package dev.chaski.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;

import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs classes of tests as JUnit does, and tells what came of it. */
final class Runs {
    private final EngineExecutionResults results;

    private Runs(EngineExecutionResults results) {
        this.results = results;
    }

    static Runs of(Class<?> tests) {
        return new Runs(kit(tests).execute());
    }

    /** Methods at the same time, as many as there are. */
    static Runs parallel(Class<?> tests) {
        return new Runs(kit(tests)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .execute());
    }

    private static EngineTestKit.Builder kit(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests));
    }

    long passed() {
        return results.testEvents().succeeded().count();
    }

    /** What was thrown, of tests and of classes. */
    List<Throwable> failures() {
        return results.allEvents()
                .filter(event -> finishedWithFailure().matches(event))
                .map(Event::getPayload)
                .map(payload -> (TestExecutionResult) payload.orElseThrow())
                .map(result -> result.getThrowable().orElseThrow())
                .toList();
    }

    List<String> messages() {
        return failures().stream().map(Throwable::getMessage).toList();
    }
}
