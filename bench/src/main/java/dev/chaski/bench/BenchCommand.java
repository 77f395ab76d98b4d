package dev.chaski.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code chaski bench}: what its subcommands have in common is said here. */
@Command(
        name = "bench",
        description = "Measures a server of the NSQ protocol: this one, or any other.",
        footer = {
            "",
            "Exit codes: 0 measured; 1 the server failed or messages are missing; 2 wrong options; 3 not reachable.",
            "Times are written 500ms, 10s, 5m or 1h."
        },
        subcommands = {
            PublishCommand.class,
            ConsumeCommand.class,
            LatencyCommand.class,
            MixedCommand.class,
            HttpCommand.class,
            ConnectionsCommand.class,
            TopicsCommand.class,
            DeferredCommand.class,
            LookupCommand.class,
            TableCommand.class
        })
public final class BenchCommand implements Runnable {
    @Mixin
    final HelpOptions help = new HelpOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli. */
    public BenchCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: chaski bench COMMAND");
    }
}
