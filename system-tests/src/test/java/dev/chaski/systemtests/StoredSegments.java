package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The segments in a data folder, seen from outside and to be harmed. Only while no broker uses the folder. */
final class StoredSegments {
    private static final int RECORDS_AT = 4096;
    private static final int RECORD_BYTES = 64;
    private static final int POSITION_AT = 16;
    private static final int LENGTH_AT = 24;

    private StoredSegments() {}

    /** The file pair of one segment, and the part of it that holds messages. */
    record Segment(Path frames, Path side, int records, long end) {}

    /** The segments that hold a text, oldest first. */
    static List<Segment> holding(Path data, String text) throws IOException {
        List<Segment> found = new ArrayList<>();
        try (var files = Files.walk(data.resolve("streams"))) {
            for (Path frames : files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList()) {
                Segment segment = read(frames);
                if (indexOf(segment, text) >= 0) {
                    found.add(segment);
                }
            }
        }
        assertThat(found).as("segments that hold \"%s\"", text).isNotEmpty();
        return found;
    }

    private static Segment read(Path frames) throws IOException {
        String name = frames.getFileName().toString();
        Path side = frames.resolveSibling(name.substring(0, name.length() - 3) + "idx");
        ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(side));
        int count = 0;
        long end = 0;
        for (int at = RECORDS_AT; at + RECORD_BYTES <= records.capacity(); at += RECORD_BYTES) {
            if (records.getInt(at) == 0 || records.getInt(at + LENGTH_AT) == 0) {
                break;
            }
            count++;
            end = records.getLong(at + POSITION_AT) + records.getInt(at + LENGTH_AT);
        }
        return new Segment(frames, side, count, end);
    }

    /** Where a text first stands in a segment's messages, or −1. */
    static long indexOf(Segment segment, String text) throws IOException {
        byte[] bytes = new byte[(int) segment.end()];
        try (var in = Files.newInputStream(segment.frames())) {
            int read = in.readNBytes(bytes, 0, bytes.length);
            return new String(bytes, 0, read, StandardCharsets.ISO_8859_1).indexOf(text);
        }
    }

    /** Turns one bit of a file. */
    static void flipBit(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            channel.write(one, position);
        }
    }

    /** Cuts a file. */
    static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** Where the first record after this many stands in a side file. */
    static long recordPosition(int index) {
        return RECORDS_AT + (long) index * RECORD_BYTES;
    }
}
