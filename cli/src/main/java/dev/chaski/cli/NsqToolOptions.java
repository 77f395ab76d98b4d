package dev.chaski.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What hardly anybody sets; here since NSQ's tools have it. */
final class NsqToolOptions {
    @Option(
            names = "--http-client-connect-timeout",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            defaultValue = "2s",
            description = "for lookups (default: ${DEFAULT-VALUE})")
    Duration connectTimeout = Duration.ofSeconds(2);

    @Option(
            names = "--http-client-request-timeout",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            defaultValue = "5s",
            description = "for lookups (default: ${DEFAULT-VALUE})")
    Duration requestTimeout = Duration.ofSeconds(5);

    @Option(
            names = "--log-level",
            paramLabel = "<level>",
            description = "debug and info tell of each file on standard error, which is the default on a terminal;"
                    + " warn, error and fatal do not")
    @Nullable
    String logLevel;

    @Option(names = "--log-prefix", hidden = true, description = "has no effect")
    @Nullable
    String logPrefix;

    /** Whether a person wants to know. */
    boolean isVerbose() {
        String level = logLevel;
        return level == null ? Terminal.isOne() : level.equals("debug") || level.equals("info");
    }
}
