package dev.chaski.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * How a generation of the change log lies on disk. Big endian.
 *
 * <pre>
 *      0 +--------------------+---------+---------+--------------------+---------+
 *        | magic (8)          | version | 0       | generation (8)     | crc32c  |   of the 24 bytes before it
 *    512 +--------------------+---------+---------+--------------------+---------+
 *        | synced (8)         | crc32c  |   of generation and synced: records that end at or below it were fsynced
 *   4096 +---------+---------+--------- - - -
 *        | length  | crc32c  | bytes              of generation, position, length, bytes
 *        +---------+---------+--------- - - -
 *        | ...
 *        +---------+---------+
 *        | 0       | 0       | zeros, written ahead: they reserve the space
 *        +---------+---------+--------- - - -
 * </pre>
 *
 * <p>The CRC of a record covers its generation and position, so bytes of another file or place are never believed. The
 * synced mark is written after an fsync, never before: records that do not make sense below it are damage, those above
 * it may be the torn tail of a crash.
 */
final class ChangeFormat {
    static final long MAGIC = 0x4348_4153_4b49_4348L; // "CHASKICH"
    static final int VERSION = 1;
    static final int VERSION_AT = 8;
    static final int GENERATION_AT = 16;
    static final int HEADER_CRC_AT = 24;
    static final int SYNCED_AT = 512;
    static final int SYNCED_CRC_AT = 520;
    static final int SYNCED_BYTES = 12;
    static final int HEADER_BYTES = 4096;

    static final int LENGTH_AT = 0;
    static final int CRC_AT = 4;
    static final int RECORD_HEADER_BYTES = 8;

    static final String SPARE_NAME = "spare";
    private static final String SUFFIX = ".changes";
    private static final int NUMBER_DIGITS = 10;

    private ChangeFormat() {}

    /** What the first page of a file says. */
    sealed interface Header {
        /** It makes sense. {@code synced}: records that end at or below this position were fsynced. */
        record Valid(long synced) implements Header {}

        /** A later version of Chaski wrote it. */
        record Newer(int version) implements Header {}

        /** It makes no sense. */
        record Broken() implements Header {}
    }

    static String fileName(long generation) {
        return SegmentName.padded(generation, 10, NUMBER_DIGITS) + SUFFIX;
    }

    /** The generation that a file holds by its name; empty for other files. */
    static OptionalLong generationOf(Path file) {
        String name = String.valueOf(file.getFileName());
        int digits = name.length() - SUFFIX.length();
        if (digits < NUMBER_DIGITS || digits > 18 || !name.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < digits; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Long.parseLong(name, 0, digits, 10));
    }

    /** A header page for an empty generation. */
    static ByteBuffer header(long generation) {
        ByteBuffer page = ByteBuffer.allocate(HEADER_BYTES);
        page.putLong(0, MAGIC).putInt(VERSION_AT, VERSION).putLong(GENERATION_AT, generation);
        page.putInt(HEADER_CRC_AT, crcOf(page.slice(0, HEADER_CRC_AT)));
        return page;
    }

    /** The synced mark, to be written at {@link #SYNCED_AT}. */
    static ByteBuffer syncedMark(long generation, long synced) {
        return ByteBuffer.allocate(SYNCED_BYTES)
                .putLong(synced)
                .putInt(syncedCrc(generation, synced))
                .flip();
    }

    /** Checks the first page of a generation's file; shorter than a page means broken. */
    static Header readHeader(ByteBuffer page, long generation) {
        if (page.remaining() < HEADER_BYTES
                || page.getLong(0) != MAGIC
                || page.getInt(HEADER_CRC_AT) != crcOf(page.slice(0, HEADER_CRC_AT))) {
            return new Header.Broken();
        }
        if (page.getInt(VERSION_AT) > VERSION) {
            return new Header.Newer(page.getInt(VERSION_AT));
        }
        if (page.getLong(GENERATION_AT) != generation) {
            return new Header.Broken();
        }
        long synced = page.getLong(SYNCED_AT);
        boolean marked = page.getInt(SYNCED_CRC_AT) == syncedCrc(generation, synced);
        return new Header.Valid(marked ? synced : HEADER_BYTES);
    }

    /**
     * CRC of a record.
     *
     * @param bytes its bytes, from position to limit, neither of which moves
     */
    static int recordCrc(CRC32C crc, long generation, long position, ByteBuffer bytes) {
        crc.reset();
        updateLong(crc, generation);
        updateLong(crc, position);
        updateLong(crc, bytes.remaining());
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static int syncedCrc(long generation, long synced) {
        CRC32C crc = new CRC32C();
        updateLong(crc, MAGIC); // so that zeros are no mark
        updateLong(crc, generation);
        updateLong(crc, synced);
        return (int) crc.getValue();
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void updateLong(CRC32C crc, long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (value >>> shift));
        }
    }
}
