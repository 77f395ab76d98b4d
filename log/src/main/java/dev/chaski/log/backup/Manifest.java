package dev.chaski.log.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a backup consists of. Written last, so a backup without it is not whole. Immutable. As text, a line each:
 *
 * <pre>
 *  chaski-manifest 1
 *  made 2026-11-21T18:30:00Z by 0.1.0
 *  moment 1795286400123                              of what it shows the data folder, milliseconds since 1970
 *  messages 52001
 *  of /var/lib/chaski
 *  file 5e1f0a22 67108864 streams/0000/0000000001/00000a93f2-0.seg     CRC32C of all bytes, length, where
 *  ...
 *  end 0c34aa17                                      CRC32C of all lines before
 * </pre>
 *
 * @param madeAt when it was made
 * @param version of Chaski that made it
 * @param momentMs the moment that it is of
 * @param messages messages in its segments, those included that compaction dropped
 * @param dataFolder what it is a backup of
 * @param entries its files by their path, in the order in which they were written
 */
public record Manifest(
        Instant madeAt, String version, long momentMs, long messages, String dataFolder, Map<String, Entry> entries) {
    /** The name of its file. */
    public static final String FILE = "MANIFEST";

    private static final String HEAD = "chaski-manifest 1";
    /** Some ten million files: more than a data folder has. */
    private static final long BYTES_MAX = 1L << 30;

    private static final int HEAD_LINES = 5;

    /**
     * A file.
     *
     * @param path where it is in the backup: names with slashes between them
     * @param bytes its length
     * @param crc CRC32C of all of it
     */
    public record Entry(String path, long bytes, int crc) {}

    /**
     * Whether a folder has one.
     *
     * @param backup the folder
     * @return true where the file is there
     */
    public static boolean isIn(Path backup) {
        return Files.isRegularFile(backup.resolve(FILE));
    }

    /**
     * Reads the manifest of a backup.
     *
     * @param backup its folder
     * @return the manifest
     * @throws IOException where it is missing, damaged or of a later version
     */
    public static Manifest read(Path backup) throws IOException {
        Path file = backup.resolve(FILE);
        if (!isIn(backup)) {
            throw new IOException(backup + " has no " + FILE + ": it is no backup, or one that was not finished");
        }
        if (Files.size(file) > BYTES_MAX) {
            throw new IOException(file + " is damaged: it is longer than a manifest can be");
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        int end = text.lastIndexOf("\nend ") + 1;
        if (end < 1 || !text.substring(end).equals(last(text.substring(0, end)))) {
            throw new IOException(file + " is damaged: its checksum does not match");
        }
        try {
            return parse(text.substring(0, end).lines().toList());
        } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
            throw new IOException(file + " makes no sense: " + e.getMessage(), e);
        }
    }

    private static Manifest parse(List<String> lines) throws IOException {
        if (!lines.getFirst().equals(HEAD)) {
            throw new IOException("the backup is of another version (\"" + lines.getFirst() + "\", not \"" + HEAD
                    + "\"): use the version that made it, or a later one");
        }
        String[] made = words(lines.get(1), "made", 4);
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (String line : lines.subList(HEAD_LINES, lines.size())) {
            String[] words = words(line, "file", 4);
            String path = checked(words[3]);
            int crc = Integer.parseUnsignedInt(words[1], 16);
            entries.put(path, new Entry(path, Long.parseLong(words[2]), crc));
        }
        return new Manifest(
                Instant.parse(made[1]),
                made[3],
                Long.parseLong(words(lines.get(2), "moment", 2)[1]),
                Long.parseLong(words(lines.get(3), "messages", 2)[1]),
                words(lines.get(4), "of", 2)[1],
                entries);
    }

    private static String[] words(String line, String first, int count) {
        String[] words = line.split(" ", count);
        if (words.length != count || !words[0].equals(first)) {
            throw new IllegalArgumentException("\"" + line + "\"");
        }
        return words;
    }

    /** Whoever wrote the manifest does not name files outside of the backup. */
    private static String checked(String path) {
        for (String name : path.split("/", -1)) {
            if (!name.matches("[0-9A-Za-z][0-9A-Za-z.-]{0,99}")) {
                throw new IllegalArgumentException("no file of a backup is called \"" + path + "\"");
            }
        }
        return path;
    }

    /** The file of this path, or null. */
    @Nullable
    Entry entry(String path) {
        return entries.get(path);
    }

    /**
     * The length of all files.
     *
     * @return bytes
     */
    public long bytes() {
        return entries.values().stream().mapToLong(Entry::bytes).sum();
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        text.append("made ")
                .append(madeAt)
                .append(" by ")
                .append(version.replace(' ', '-'))
                .append('\n');
        text.append("moment ").append(momentMs).append('\n');
        text.append("messages ").append(messages).append('\n');
        text.append("of ").append(dataFolder.replace('\n', '?')).append('\n');
        for (Entry entry : entries.values()) {
            text.append("file ").append(hex(entry.crc)).append(' ').append(entry.bytes);
            text.append(' ').append(entry.path).append('\n');
        }
        return text.append(last(text)).toString();
    }

    private static String last(CharSequence before) {
        CRC32C crc = new CRC32C();
        crc.update(before.toString().getBytes(StandardCharsets.UTF_8));
        return "end " + hex((int) crc.getValue()) + "\n";
    }

    private static String hex(int crc) {
        String digits = Integer.toHexString(crc);
        return "0".repeat(8 - digits.length()) + digits;
    }
}
