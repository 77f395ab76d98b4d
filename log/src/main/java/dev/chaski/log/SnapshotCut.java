package dev.chaski.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How far the files of a snapshot count: of a file that goes on being written, what lies behind is of a later time.
 * Immutable. As text, a line each:
 *
 * <pre>
 *  chaski-snapshot 1
 *  moment 1795286400123                           milliseconds since 1970
 *  changes 12 49152                               generation of the change log, byte where its last record ends
 *  segment 771 43250 0 whole 31 2000 480000 1795286400001 1795286400100
 *  end 5e1f0a22                                   CRC32C of all lines before
 *
 *  segment: stream, block, compactions, state, records, messages, bytes of frames, first and last append time
 *  state:   whole (nothing is written to it any more), cold (so, and compressed), open
 * </pre>
 *
 * @param momentMs when it was taken
 * @param changes where the change log ends
 * @param parts the segments, by stream and offset
 */
record SnapshotCut(long momentMs, ChangeLog.Position changes, List<Part> parts) {
    static final String FILE = "cut";

    private static final String HEAD = "chaski-snapshot 1";

    /** What becomes of a segment's files. */
    enum State {
        /** They stay as they are. */
        WHOLE,
        /** So, and the frames are compressed. */
        COLD,
        /** More may be written to them. */
        OPEN
    }

    /** A segment, up to where it counts. */
    record Part(int stream, SegmentName name, State state, SideFormat.Checkpoint all) {}

    String text() {
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        text.append("moment ").append(momentMs).append('\n');
        text.append("changes ").append(changes.generation()).append(' ').append(changes.end());
        text.append('\n');
        for (Part part : parts) {
            SideFormat.Checkpoint all = part.all;
            text.append("segment ").append(part.stream);
            text.append(' ').append(part.name.block()).append(' ').append(part.name.generation());
            text.append(' ').append(part.state.name().toLowerCase(java.util.Locale.ROOT));
            text.append(' ').append(all.records()).append(' ').append(all.messages());
            text.append(' ').append(all.bytes());
            text.append(' ').append(all.firstTimeMs()).append(' ').append(all.lastTimeMs());
            text.append('\n');
        }
        String crc = crc(text);
        return text.append("end ").append(crc).append('\n').toString();
    }

    /**
     * Reads the text.
     *
     * @throws IOException where it is not whole
     */
    static SnapshotCut read(String text) throws IOException {
        int end = text.lastIndexOf("end ");
        if (end < 0 || !text.substring(end).equals("end " + crc(text.substring(0, end)) + "\n")) {
            throw new IOException("the list of a snapshot is not whole");
        }
        try {
            return parse(text.substring(0, end).lines().toList());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("the list of a snapshot makes no sense: " + e.getMessage(), e);
        }
    }

    private static SnapshotCut parse(List<String> lines) throws IOException {
        if (!lines.getFirst().equals(HEAD)) {
            throw new IOException(
                    "a snapshot of another version: \"" + lines.getFirst() + "\"; use the same version as the broker");
        }
        long moment = Long.parseLong(words(lines.get(1), "moment", 2)[1]);
        String[] changes = words(lines.get(2), "changes", 3);
        List<Part> parts = new ArrayList<>();
        for (String line : lines.subList(3, lines.size())) {
            parts.add(part(words(line, "segment", 10)));
        }
        return new SnapshotCut(
                moment,
                new ChangeLog.Position(Long.parseLong(changes[1]), Long.parseLong(changes[2])),
                List.copyOf(parts));
    }

    private static String[] words(String line, String first, int count) {
        String[] words = line.split(" ", -1);
        if (words.length != count || !words[0].equals(first)) {
            throw new IllegalArgumentException(line);
        }
        return words;
    }

    private static Part part(String[] words) {
        return new Part(
                Integer.parseInt(words[1]),
                new SegmentName(Long.parseLong(words[2]), Integer.parseInt(words[3])),
                State.valueOf(words[4].toUpperCase(java.util.Locale.ROOT)),
                new SideFormat.Checkpoint(
                        SideFormat.SEALED,
                        1,
                        Integer.parseInt(words[5]),
                        Integer.parseInt(words[6]),
                        Long.parseLong(words[7]),
                        Long.parseLong(words[8]),
                        Long.parseLong(words[9])));
    }

    private static String crc(CharSequence text) {
        CRC32C crc = new CRC32C();
        crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
        return SegmentName.padded(crc.getValue(), 16, 8);
    }
}
