package dev.chaski.cli;

import dev.chaski.cli.nodes.Administration;
import dev.chaski.cli.nodes.Administration.Action;
import dev.chaski.cli.nodes.Administration.Result;
import dev.chaski.cli.nodes.Administration.Step;
import dev.chaski.cli.nodes.ChannelStats;
import dev.chaski.cli.nodes.Found;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.Nodes;
import dev.chaski.cli.nodes.TopicStats;
import dev.chaski.wire.Names;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, deletes, empties or pauses topics or channels. Runs on the main thread. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:not done everywhere, or not confirmed",
            "2:wrong options, or nobody there to confirm",
            "3:nobody answered",
            "4:there is none of that name"
        },
        footerHeading = "%nExamples:%n")
abstract class ChangeCommand implements Callable<Integer> {
    /** Of topics, each in all its channels. */
    static final class OfTopics extends ChangeCommand {
        @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "one or more")
        List<String> topics = List.of();

        OfTopics(Action action, PrintStream out, PrintStream err, Confirmation confirmation) {
            super(action, "topic", out, err, confirmation);
        }

        @Override
        int changeAll(Nodes nodes) throws IOException, InterruptedException {
            int code = ExitCode.OK;
            for (String topic : topics) {
                code = worse(code, change(nodes, topic, ""));
            }
            return code;
        }
    }

    /** Of channels of a topic. */
    static final class OfChannels extends ChangeCommand {
        @Parameters(index = "0", paramLabel = "TOPIC")
        String topic = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "CHANNEL", description = "one or more")
        List<String> channels = List.of();

        OfChannels(Action action, PrintStream out, PrintStream err, Confirmation confirmation) {
            super(action, "channel", out, err, confirmation);
        }

        @Override
        int changeAll(Nodes nodes) throws IOException, InterruptedException {
            int code = ExitCode.OK;
            for (String channel : channels) {
                code = worse(code, change(nodes, topic, channel));
            }
            return code;
        }
    }

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask; without it somebody at a terminal has to confirm")
    boolean isConfirmed;

    @Option(
            names = {"-q", "--quiet"},
            description = "say nothing where all goes well")
    boolean isQuiet;

    @Mixin
    NodeOptions options = new NodeOptions();

    private final Action action;
    private final String command;
    private final String what;
    private final PrintStream out;
    private final PrintStream err;
    private final Confirmation confirmation;

    private ChangeCommand(Action action, String what, PrintStream out, PrintStream err, Confirmation confirmation) {
        this.action = action;
        this.what = what;
        this.command = what + " " + AdminCommands.word(action);
        this.out = out;
        this.err = err;
        this.confirmation = confirmation;
    }

    abstract int changeAll(Nodes nodes) throws IOException, InterruptedException;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Nodes nodes = options.open()) {
            return changeAll(nodes);
        }
    }

    private static int worse(int one, int other) {
        return one == ExitCode.OK ? other : one;
    }

    int change(Nodes nodes, String topic, String channel) throws IOException, InterruptedException {
        String name = channel.isEmpty() ? topic : channel;
        if (action == Action.CREATE && !(Names.isValid(topic) && Names.isValid(name))) {
            err.println("chaski " + command + ": \"" + TextTable.printable(name) + "\" is no valid name: 1 to "
                    + Names.LENGTH_MAX + " of .a-zA-Z0-9_-, and perhaps #ephemeral at the end");
            return ExitCode.USAGE;
        }
        if ((action == Action.DELETE || action == Action.EMPTY) && !isConfirmed) {
            int code = confirm(nodes, topic, channel);
            if (code != ExitCode.OK) {
                return code;
            }
        }
        return tell(name, topic, channel, new Administration(nodes).run(action, topic, channel));
    }

    /** Counts what would be lost, so that nobody confirms what they did not mean. */
    private int confirm(Nodes nodes, String topic, String channel) throws IOException, InterruptedException {
        Found found = nodes.find();
        List<NodeStats> stats = nodes.stats(found.nodes(), new Nodes.Query(topic, channel, false))
                .values();
        TopicStats total = TopicStats.total(stats).get(topic);
        if (total == null) {
            return ExitCode.OK; // what is not there is told by what follows
        }
        ChannelStats one = total.channels().get(channel);
        long waiting = one == null ? total.waiting() : one.depth() + one.inFlight() + one.deferred();
        String verb = action == Action.DELETE ? "delete " : "empty ";
        String held = channel.isEmpty()
                ? "topic " + topic + " with "
                        + TextTable.counted(total.channels().size(), "channel") + " and "
                : "channel " + channel + " of topic " + topic + " with ";
        return confirmation.ask(
                command,
                verb + held + TextTable.counted(waiting, "message") + " at "
                        + TextTable.counted(stats.size(), "broker"));
    }

    private int tell(String name, String topic, String channel, List<Step> steps) {
        long brokers = done(steps, false);
        long lookups = done(steps, true);
        List<Step> failed = steps.stream()
                .filter(step -> step.result() == Result.FAILED || step.result() == Result.UNREACHABLE)
                .toList();
        failed.forEach(step -> err.println("chaski " + command + ": " + TextTable.printable(step.text())));
        boolean isAbsent = isAbsent(brokers, lookups, steps);
        if (isAbsent && failed.isEmpty()) {
            err.println("chaski " + command + ": " + absent(topic, channel, steps));
            return ExitCode.NOT_FOUND;
        }
        if (!isAbsent && !isQuiet) {
            String of = channel.isEmpty() ? "" : " of topic " + topic;
            out.println(past() + " " + what + " " + name + of + " at " + TextTable.counted(brokers, "broker")
                    + (lookups == 0 ? "" : " and " + TextTable.counted(lookups, "lookup")));
        }
        boolean isNobody = !steps.isEmpty() && steps.stream().allMatch(step -> step.result() == Result.UNREACHABLE);
        return isNobody ? ExitCode.UNREACHABLE : failed.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Lookups delete what they do not have, and say that it is done: only brokers know. */
    private boolean isAbsent(long brokers, long lookups, List<Step> steps) {
        boolean isAnyBroker = steps.stream().anyMatch(step -> !step.isLookup());
        return brokers == 0 && (lookups == 0 || action == Action.DELETE && isAnyBroker);
    }

    private static long done(List<Step> steps, boolean isLookup) {
        return steps.stream()
                .filter(step -> step.isLookup() == isLookup && step.result() == Result.DONE)
                .count();
    }

    private String absent(String topic, String channel, List<Step> steps) {
        boolean isTopic =
                channel.isEmpty() || steps.stream().anyMatch(step -> step.text().contains("TOPIC_NOT_FOUND"));
        @Nullable
        String where = options.brokers.isEmpty() && options.lookups.addresses.isEmpty() ? "127.0.0.1:4151" : null;
        String noun = isTopic ? "topic " + topic : "channel " + channel + " of topic " + topic;
        return "there is no " + TextTable.printable(noun) + (where == null ? "" : " at " + where) + "; see chaski list "
                + (isTopic ? "topics" : "channels");
    }

    private String past() {
        return switch (action) {
            case CREATE -> "created";
            case DELETE -> "deleted";
            case EMPTY -> "emptied";
            case PAUSE -> "paused";
            case UNPAUSE -> "unpaused";
        };
    }
}
