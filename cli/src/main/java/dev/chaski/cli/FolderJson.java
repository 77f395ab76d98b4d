package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.engine.FolderTopics.FoundChannel;
import dev.chaski.engine.FolderTopics.FoundTopic;
import dev.chaski.log.FolderView;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.SegmentReport;
import dev.chaski.log.inspect.SetAside;
import dev.chaski.log.inspect.StreamReport;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is in a folder, for scripts. */
final class FolderJson {
    private FolderJson() {}

    static String text(FolderReport report, List<FoundTopic> topics) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("format", report.format()).put("is_verified", report.isVerified());
        addTopics(root.putArray("topics"), report, topics);
        ArrayNode changes = root.putArray("changes");
        for (FolderView.Generation each : report.changes()) {
            changes.addObject()
                    .put("generation", each.generation())
                    .put("file", each.file().toString())
                    .put("records", each.records())
                    .put("end_position", each.endPosition())
                    .put("synced_position", each.syncedPosition())
                    .put("torn_bytes", each.tornBytes());
        }
        ArrayNode damaged = root.putArray("damage");
        for (Damage damage : report.damage()) {
            damaged.addObject()
                    .put("file", damage.file().toString())
                    .put("messages", damage.messages())
                    .put("what", damage.what());
        }
        ArrayNode quarantine = root.putArray("quarantine");
        for (SetAside file : report.quarantine()) {
            quarantine.addObject().put("file", file.file().toString()).put("bytes", file.bytes());
        }
        return root.toPrettyString();
    }

    private static void addTopics(ArrayNode target, FolderReport report, List<FoundTopic> topics) {
        Map<Integer, StreamReport> streams = new HashMap<>();
        report.streams().forEach(stream -> streams.put(stream.number(), stream));
        for (FoundTopic topic : topics) {
            StreamReport stream = streams.getOrDefault(topic.stream(), new StreamReport(topic.stream(), List.of()));
            ObjectNode object = target.addObject()
                    .put("name", topic.name())
                    .put("stream", topic.stream())
                    .put("paused", topic.isPaused())
                    .put("messages", stream.messages())
                    .put("file_bytes", stream.fileBytes())
                    .put("end_offset", stream.endOffset())
                    .put("last_append_ms", stream.lastTimeMs());
            ArrayNode channels = object.putArray("channels");
            for (FoundChannel channel : topic.channels()) {
                channels.addObject()
                        .put("name", channel.name())
                        .put("paused", channel.isPaused())
                        .put("unread", FolderPrinter.unread(channel, stream))
                        .put("unfinished", channel.unsettled())
                        .put("read_offset", channel.readOffset());
            }
            addSegments(object.putArray("segments"), stream);
        }
    }

    private static void addSegments(ArrayNode target, StreamReport stream) {
        for (SegmentReport segment : stream.segments()) {
            target.addObject()
                    .put("file", segment.file().toString())
                    .put("state", segment.state().name().toLowerCase(Locale.ROOT))
                    .put("is_cold", segment.isCold())
                    .put("first_offset", segment.firstOffset())
                    .put("end_offset", segment.endOffset())
                    .put("synced_offset", segment.syncedOffset())
                    .put("messages", segment.messages())
                    .put("records", segment.records())
                    .put("frame_bytes", segment.frameBytes())
                    .put("file_bytes", segment.fileBytes())
                    .put("first_append_ms", segment.firstTimeMs())
                    .put("last_append_ms", segment.lastTimeMs())
                    .put("compactions", segment.compactions());
        }
    }
}
