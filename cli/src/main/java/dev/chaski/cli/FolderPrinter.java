package dev.chaski.cli;

import dev.chaski.engine.FolderTopics.FoundChannel;
import dev.chaski.engine.FolderTopics.FoundTopic;
import dev.chaski.log.FolderView;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.SegmentReport;
import dev.chaski.log.inspect.SetAside;
import dev.chaski.log.inspect.StreamReport;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what is in a folder as tables. Used by one thread. */
final class FolderPrinter {
    private final PrintStream out;
    private final FolderReport report;
    private final List<FoundTopic> topics;
    private final Map<Integer, StreamReport> streams = new HashMap<>();

    FolderPrinter(PrintStream out, FolderReport report, List<FoundTopic> topics) {
        this.out = out;
        this.report = report;
        this.topics = topics;
        report.streams().forEach(stream -> streams.put(stream.number(), stream));
    }

    void print(boolean withSegments) {
        out.println("format " + report.format());
        printTopics();
        printChannels();
        if (withSegments) {
            printSegments();
        } else {
            printChanges();
            printStrangers();
        }
        printDamage();
    }

    private void print(TextTable table) {
        if (!table.isEmpty()) {
            out.println();
            table.print(out);
        }
    }

    private StreamReport stream(FoundTopic topic) {
        return streams.getOrDefault(topic.stream(), new StreamReport(topic.stream(), List.of()));
    }

    private void printTopics() {
        TextTable table =
                new TextTable("topic", "stream#", "segments#", "messages#", "on disk#", "last append", "state");
        for (FoundTopic topic : topics) {
            StreamReport stream = stream(topic);
            table.row(
                    topic.name(),
                    stream.number() + "",
                    stream.segments().size(),
                    stream.messages(),
                    TextTable.bytes(stream.fileBytes()),
                    time(stream.lastTimeMs()),
                    topic.isPaused() ? "paused" : "");
        }
        print(table);
    }

    private void printChannels() {
        TextTable table = new TextTable("topic", "channel", "to read#", "unfinished#", "read up to#", "state");
        for (FoundTopic topic : topics) {
            for (FoundChannel channel : topic.channels()) {
                table.row(
                        topic.name(),
                        channel.name(),
                        unread(channel, stream(topic)),
                        channel.unsettled(),
                        channel.readOffset() + "",
                        channel.isPaused() ? "paused" : "");
            }
        }
        print(table);
    }

    /** Messages that a channel has not read; of compacted segments those that were dropped count too. */
    static long unread(FoundChannel channel, StreamReport stream) {
        return stream.segments().stream()
                .mapToLong(segment -> channel.unread(segment.firstOffset(), segment.endOffset()))
                .sum();
    }

    private void printSegments() {
        TextTable table = new TextTable(
                "segment", "state", "first offset#", "end offset#", "messages#", "on disk#", "first append", "synced");
        for (StreamReport stream : report.streams()) {
            for (SegmentReport segment : stream.segments()) {
                table.row(
                        segment.file().getFileName(),
                        segment.isCold() ? "cold" : segment.state().name().toLowerCase(Locale.ROOT),
                        segment.firstOffset() + "",
                        segment.endOffset() + "",
                        segment.messages(),
                        TextTable.bytes(segment.fileBytes()),
                        time(segment.firstTimeMs()),
                        segment.syncedOffset() >= segment.endOffset() ? "all" : "up to " + segment.syncedOffset());
            }
        }
        print(table);
    }

    private void printChanges() {
        TextTable table = new TextTable("change log", "records#", "bytes#", "synced up to#", "torn tail#");
        for (FolderView.Generation each : report.changes()) {
            table.row(
                    "generation " + each.generation(),
                    each.records(),
                    each.endPosition(),
                    each.syncedPosition(),
                    each.tornBytes());
        }
        print(table);
    }

    private void printStrangers() {
        List<Integer> known = topics.stream().map(FoundTopic::stream).toList();
        for (StreamReport stream : report.streams()) {
            if (!known.contains(stream.number())) {
                out.println("stream " + stream.number() + " with " + TextTable.grouped(stream.messages())
                        + " messages belongs to no topic: the next start removes it");
            }
        }
    }

    private void printDamage() {
        TextTable table = new TextTable("set aside", "bytes#");
        for (SetAside file : report.quarantine()) {
            table.row(file.file(), file.bytes());
        }
        print(table);
        out.println();
        for (Damage damage : report.damage()) {
            out.println("damage: " + damage.file() + ": " + damage.what());
        }
        out.println(
                !report.damage().isEmpty()
                        ? TextTable.counted(report.damage().size(), "place") + " damaged"
                        : report.isVerified()
                                ? "verified: every message is as it was written"
                                : "no damage seen; --verify reads every message");
    }

    private static String time(long ms) {
        return ms == 0
                ? ""
                : Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
