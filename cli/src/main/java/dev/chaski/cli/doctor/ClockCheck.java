package dev.chaski.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The clock: ids, deferred messages and what is kept for how long depend on it. */
final class ClockCheck {
    private static final String SUBJECT = "clock";
    private static final long LOOK_MS = 10;
    private static final int LOOKS = 20;
    private static final long JUMP_MS = 50;
    /** When this was written: no clock is before that. */
    private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration AHEAD_MAX = Duration.ofSeconds(5);
    private static final String SERVICE = "run a time service: systemd-timesyncd, chrony or ntpd";

    private ClockCheck() {}

    static List<Finding> look(Path data) throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Instant now = Instant.now();
        long jumpMs = largestJumpMs();
        if (now.isBefore(EARLIEST)) {
            findings.add(Finding.fail(SUBJECT, "it says " + now, "set it; " + SERVICE));
        } else if (jumpMs > JUMP_MS) {
            findings.add(
                    Finding.warn(SUBJECT, "it jumped by " + jumpMs + " ms within " + LOOKS * LOOK_MS + " ms", SERVICE));
        } else {
            findings.add(Finding.ok(
                    SUBJECT,
                    "it says " + now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS) + ", and ran evenly for "
                            + LOOKS * LOOK_MS + " ms"));
        }
        setBack(data, now).ifPresent(findings::add);
        KernelClock.state().map(ClockCheck::service).ifPresent(findings::add);
        return findings;
    }

    /** Compares it to the one that never jumps. */
    private static long largestJumpMs() throws InterruptedException {
        long largest = 0;
        long wallMs = System.currentTimeMillis();
        long monotonicNs = System.nanoTime();
        for (int i = 0; i < LOOKS; i++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            long nowNs = System.nanoTime();
            long nowMs = System.currentTimeMillis();
            long passedMs = TimeUnit.NANOSECONDS.toMillis(nowNs - monotonicNs);
            largest = Math.max(largest, Math.abs(nowMs - wallMs - passedMs));
            wallMs = nowMs;
            monotonicNs = nowNs;
        }
        return largest;
    }

    /** Files that were written in the future. */
    private static Optional<Finding> setBack(Path data, Instant now) throws IOException {
        Path changes = data.resolve("changes");
        if (!Files.isDirectory(changes)) {
            return Optional.empty();
        }
        Instant newest = Instant.EPOCH;
        try (Stream<Path> files = Files.list(changes)) {
            for (Path file : files.toList()) {
                Instant modified = Files.getLastModifiedTime(file).toInstant();
                newest = modified.isAfter(newest) ? modified : newest;
            }
        }
        Duration ahead = Duration.between(now, newest);
        return ahead.compareTo(AHEAD_MAX) > 0
                ? Optional.of(Finding.warn(
                        SUBJECT,
                        "the data folder was last written " + ahead.toSeconds() + " s from now: it was set back",
                        "what is deferred waits that much longer; set it right, and " + SERVICE))
                : Optional.empty();
    }

    private static Finding service(KernelClock.State state) {
        return state.isSynchronised()
                ? Finding.ok(
                        SUBJECT,
                        "a time service keeps it, to " + TimeUnit.MICROSECONDS.toMillis(state.errorUs()) + " ms")
                : Finding.warn(SUBJECT, "no time service keeps it, as far as the kernel knows", SERVICE);
    }
}
