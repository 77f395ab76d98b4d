package dev.chaski.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.cli.nodes.Answers;
import dev.chaski.cli.nodes.ChannelStats;
import dev.chaski.cli.nodes.Found;
import dev.chaski.cli.nodes.NodeStats;
import dev.chaski.cli.nodes.Nodes;
import dev.chaski.cli.nodes.TopicStats;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All about one topic or channel. Runs on the main thread. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all answered",
            "1:not all answered",
            "2:wrong options",
            "3:nobody answered",
            "4:there is none of that name"
        },
        footerHeading = "%nExamples:%n")
abstract class ShowCommand implements Callable<Integer> {
    /** A node's part of it. */
    record Part(NodeStats node, TopicStats topic) {}

    /** A topic: its part at each broker, and its channels. */
    @Command(
            name = "show",
            description = "Show a topic: what each broker has of it, and its channels.",
            footer = "  chaski topic show orders")
    static final class OfTopic extends ShowCommand {
        OfTopic(PrintStream out, PrintStream err) {
            super(out, err);
        }

        @Override
        String channel() {
            return "";
        }
    }

    /** A channel: its part at each broker, and its consumers. */
    @Command(
            name = "show",
            description = "Show a channel: what each broker has of it, and its consumers.",
            footer = "  chaski channel show orders billing")
    static final class OfChannel extends ShowCommand {
        @Parameters(index = "1", paramLabel = "CHANNEL")
        String channel = "";

        OfChannel(PrintStream out, PrintStream err) {
            super(out, err);
        }

        @Override
        String channel() {
            return channel;
        }
    }

    @Parameters(index = "0", paramLabel = "TOPIC")
    String topic = "";

    @Option(names = "--json", description = "print one JSON object")
    boolean isJson;

    @Mixin
    NodeOptions options = new NodeOptions();

    private final PrintStream out;
    private final PrintStream err;

    private ShowCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    abstract String channel();

    @Override
    public Integer call() throws InterruptedException {
        String command = (channel().isEmpty() ? "topic" : "channel") + " show";
        try (Nodes nodes = options.open()) {
            Found found = nodes.find();
            Answers<NodeStats> answers = nodes.stats(
                    found.nodes(), new Nodes.Query(topic, channel(), !channel().isEmpty()));
            NodeOptions.tell(command, err, found.failures(), true);
            boolean isNobody = answers.values().isEmpty()
                    && (!answers.failures().isEmpty() || !found.failures().isEmpty());
            if (NodeOptions.tell(command, err, answers.failures(), !isNobody)) {
                return ExitCode.UNREACHABLE;
            }
            TopicStats total = TopicStats.total(answers.values()).get(topic);
            if (total == null || !channel().isEmpty() && !total.channels().containsKey(channel())) {
                err.println("chaski " + command + ": there is no "
                        + (channel().isEmpty() ? "topic " + topic : "channel " + channel() + " of topic " + topic)
                        + "; see chaski list " + (channel().isEmpty() ? "topics" : "channels"));
                return ExitCode.NOT_FOUND;
            }
            print(total, parts(answers.values()));
            boolean isWhole = answers.failures().isEmpty() && found.failures().isEmpty();
            return isWhole ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private List<Part> parts(List<NodeStats> stats) {
        List<Part> parts = new ArrayList<>();
        for (NodeStats node : stats) {
            node.topics().stream()
                    .filter(each -> each.name().equals(topic))
                    .forEach(each -> parts.add(new Part(node, each)));
        }
        return parts;
    }

    private void print(TopicStats total, List<Part> parts) {
        if (channel().isEmpty()) {
            List<Listings.ChannelRow> channels = total.channels().values().stream()
                    .map(channel -> new Listings.ChannelRow(topic, channel))
                    .toList();
            print(Listings.topics().object(total), topicParts(), parts, Listings.channels(), channels);
            return;
        }
        List<Listings.ClientRow> clients = new ArrayList<>();
        for (Part part : parts) {
            String node = part.node().node().address().toString();
            part.topic()
                    .channel(channel())
                    .clients()
                    .forEach(client -> clients.add(new Listings.ClientRow(topic, channel(), node, client)));
        }
        Listings.ChannelRow row = new Listings.ChannelRow(topic, total.channel(channel()));
        print(Listings.channels().object(row), channelParts(), parts, Listings.clients(), clients);
    }

    private <P, C> void print(
            ObjectNode object, Listing<P> ofNode, List<P> parts, Listing<C> listing, List<C> members) {
        if (isJson) {
            ArrayNode nodes = object.putArray("nodes");
            parts.forEach(part -> nodes.add(ofNode.object(part)));
            ArrayNode rows = object.putArray(channel().isEmpty() ? "channels" : "clients");
            members.forEach(row -> rows.add(listing.object(row)));
            out.println(object.toPrettyString());
            out.flush();
            return;
        }
        ofNode.print(out, parts, false);
        out.println();
        if (members.isEmpty()) {
            out.println(channel().isEmpty() ? "no channels: the first one gets all that waits" : "no consumers");
            out.flush();
        } else {
            listing.print(out, members, false);
        }
    }

    private static Listing<Part> topicParts() {
        return new Listing<Part>()
                .column("node", "node", part -> part.node().node().address().toString())
                .column("depth#", "depth", part -> part.topic().depth())
                .column("messages#", "messages", part -> part.topic().messages())
                .shown("bytes#", part -> TextTable.bytes(part.topic().messageBytes()))
                .told("message_bytes", part -> part.topic().messageBytes())
                .column(
                        "channels#",
                        "channel_count",
                        part -> part.topic().channels().size())
                .shown("state", part -> part.topic().pausedAt() > 0 ? "paused" : "")
                .told("paused", part -> part.topic().pausedAt() > 0);
    }

    private Listing<Part> channelParts() {
        return new Listing<Part>()
                .column("node", "node", part -> part.node().node().address().toString())
                .column("depth#", "depth", part -> held(part).depth())
                .column("in flight#", "in_flight", part -> held(part).inFlight())
                .column("deferred#", "deferred", part -> held(part).deferred())
                .column("messages#", "messages", part -> held(part).messages())
                .column("requeued#", "requeued", part -> held(part).requeued())
                .column("timed out#", "timed_out", part -> held(part).timedOut())
                .shown("state", part -> held(part).pausedAt() > 0 ? "paused" : "")
                .told("paused", part -> held(part).pausedAt() > 0);
    }

    private ChannelStats held(Part part) {
        return part.topic().channel(channel());
    }
}
