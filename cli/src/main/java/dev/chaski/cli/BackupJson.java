package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.log.backup.BackupReport;
import dev.chaski.log.backup.Manifest;
import dev.chaski.log.backup.Verification;
import dev.chaski.log.inspect.Damage;
import dev.chaski.log.inspect.FolderReport;
import dev.chaski.log.inspect.StreamReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What became of a backup, and what is wrong with one, for scripts. */
final class BackupJson {
    private BackupJson() {}

    static String text(Path target, BackupReport report, Duration took) {
        return new ObjectMapper()
                .createObjectNode()
                .put("backup", target.toString())
                .put("moment", Instant.ofEpochMilli(report.momentMs()).toString())
                .put("messages", report.messages())
                .put("files", report.files())
                .put("bytes", report.bytes())
                .put("copied_bytes", report.copiedBytes())
                .put("linked_bytes", report.linkedBytes())
                .put("shared_bytes", report.keptBytes())
                .put("took_ms", took.toMillis())
                .toPrettyString();
    }

    /**
     * The outcome of a verification.
     *
     * @param topics names by the number of their stream
     */
    static String text(Path folder, Verification.Report report, Map<Integer, String> topics) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("folder", folder.toString())
                .put("is_backup", report.isBackup())
                .put("is_clean", report.isClean());
        Manifest manifest = report.manifest();
        if (manifest != null) {
            root.put("made", manifest.madeAt().toString())
                    .put("version", manifest.version())
                    .put("moment", Instant.ofEpochMilli(manifest.momentMs()).toString())
                    .put("of", manifest.dataFolder())
                    .put("files", manifest.entries().size())
                    .put("bytes", manifest.bytes());
        }
        FolderReport content = report.content();
        if (content != null) {
            root.put("topics", topics.size())
                    .put(
                            "messages",
                            content.streams().stream()
                                    .mapToLong(StreamReport::messages)
                                    .sum());
        }
        ArrayNode damaged = root.putArray("damage");
        for (Damage damage : report.damage()) {
            ObjectNode each = damaged.addObject().put("file", damage.file().toString());
            if (damage.stream() > 0) {
                each.put("topic", topics.get(damage.stream()))
                        .put("stream", damage.stream())
                        .put("first_offset", damage.firstOffset())
                        .put("end_offset", damage.endOffset())
                        .put("messages", damage.messages());
            }
            each.put("what", damage.what());
        }
        return root.toPrettyString();
    }
}
