package dev.chaski.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whose messages a command carries on, of one topic or several, and by which channel. Filled by picocli, then only read. */
final class TopicsOptions {
    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "as --topic")
    List<String> positional = new ArrayList<>();

    @Option(names = "--topic", paramLabel = "<name>", description = "whose messages, may be repeated")
    List<String> named = new ArrayList<>();

    @Option(names = "--channel", paramLabel = "<name>", description = "(default: ${DEFAULT-VALUE})")
    String channel;

    /** The channel is that of NSQ's tool unless another is named. */
    TopicsOptions(String channel) {
        this.channel = channel;
    }

    /** Without any that was named twice. */
    List<String> all() {
        return Stream.concat(named.stream(), positional.stream()).distinct().toList();
    }
}
