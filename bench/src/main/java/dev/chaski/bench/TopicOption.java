package dev.chaski.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run's topics are called. Filled by picocli, then only read. */
final class TopicOption {
    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic; one that was never used before unless given.")
    @Nullable
    String name;

    /** The names of so many topics. */
    List<String> names(int count) {
        return Topics.names(name, count);
    }
}
