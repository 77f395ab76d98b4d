package dev.chaski.cli;

import dev.chaski.cli.nodes.Answers;
import dev.chaski.cli.nodes.Found;
import dev.chaski.cli.nodes.Node;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.Nodes;
import dev.chaski.cli.nodes.TopicStats;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaski list}: what brokers have. Runs on the main thread. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "List topics, channels, nodes or clients, over all brokers that are named or that lookups know.",
            "",
            "Figures are added up over the brokers; counts of messages are since each of them started."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all answered", "1:not all answered", "2:wrong options", "3:nobody answered"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  chaski list topics",
            "  chaski list channels orders --json",
            "  chaski list clients",
            "  chaski list nodes --lookupd-http-address=10.0.0.1:4161"
        })
final class ListCommand implements Callable<Integer> {
    /** What can be listed. */
    enum What {
        topics,
        channels,
        nodes,
        clients
    }

    @Parameters(index = "0", paramLabel = "WHAT", description = "one of ${COMPLETION-CANDIDATES}")
    What what = What.topics;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TOPIC", description = "of this topic only")
    String topic = "";

    @Option(names = "--json", description = "print an object on each line")
    boolean isJson;

    @Option(
            names = {"-q", "--quiet"},
            description = "print names or addresses only, one on a line")
    boolean isQuiet;

    @Mixin
    NodeOptions options = new NodeOptions();

    private final PrintStream out;
    private final PrintStream err;

    ListCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Nodes nodes = options.open()) {
            return list(nodes);
        }
    }

    private int list(Nodes nodes) throws InterruptedException {
        Found found = nodes.find();
        Answers<NodeStats> answers = nodes.stats(found.nodes(), new Nodes.Query(topic, "", what == What.clients));
        NodeOptions.tell("list", err, found.failures(), true);
        boolean isNobody = answers.values().isEmpty()
                && (!answers.failures().isEmpty() || !found.failures().isEmpty());
        if (NodeOptions.tell("list", err, answers.failures(), !isNobody)) {
            return ExitCode.UNREACHABLE;
        }
        switch (what) {
            case topics -> print(Listings.topics(), topics(found, answers.values()), TopicStats::name);
            case channels -> print(Listings.channels(), channels(answers.values()), Listings.ChannelRow::name);
            case clients -> print(Listings.clients(), clients(answers.values()), Listings.ClientRow::address);
            case nodes -> print(Listings.nodes(), nodes(nodes, found, answers.values()), Listings.NodeRow::address);
        }
        boolean isWhole = answers.failures().isEmpty() && found.failures().isEmpty();
        return isWhole ? ExitCode.OK : ExitCode.FAILED;
    }

    private <T> void print(Listing<T> listing, List<T> rows, java.util.function.Function<T, String> name) {
        if (isQuiet) {
            rows.forEach(row -> out.println(TextTable.printable(name.apply(row))));
            out.flush();
        } else {
            listing.print(out, rows, isJson);
        }
    }

    private List<TopicStats> topics(Found found, List<NodeStats> stats) {
        Collection<TopicStats> all =
                Nodes.withUnheld(found, TopicStats.total(stats)).values();
        return all.stream()
                .filter(each -> topic.isEmpty() || each.name().equals(topic))
                .toList();
    }

    private static List<Listings.ChannelRow> channels(List<NodeStats> stats) {
        List<Listings.ChannelRow> rows = new ArrayList<>();
        TopicStats.total(stats)
                .values()
                .forEach(each -> each.channels()
                        .values()
                        .forEach(channel -> rows.add(new Listings.ChannelRow(each.name(), channel))));
        return rows;
    }

    private static List<Listings.ClientRow> clients(List<NodeStats> stats) {
        List<Listings.ClientRow> rows = new ArrayList<>();
        for (NodeStats each : stats) {
            String node = each.node().address().toString();
            each.producers().forEach(client -> rows.add(new Listings.ClientRow("", "", node, client)));
            each.topics()
                    .forEach(held -> held.channels()
                            .values()
                            .forEach(channel -> channel.clients()
                                    .forEach(client -> rows.add(
                                            new Listings.ClientRow(held.name(), channel.name(), node, client)))));
        }
        rows.sort(Comparator.comparing(Listings.ClientRow::topic)
                .thenComparing(Listings.ClientRow::channel)
                .thenComparing(Listings.ClientRow::address));
        return rows;
    }

    private static List<Listings.NodeRow> nodes(Nodes nodes, Found found, List<NodeStats> stats)
            throws InterruptedException {
        List<Listings.NodeRow> rows = new ArrayList<>();
        for (Node node : nodes.identify(found.nodes()).values()) {
            for (NodeStats each : stats) {
                if (each.node().address().equals(node.address())) {
                    rows.add(new Listings.NodeRow(node, each));
                }
            }
        }
        return rows;
    }
}
