package dev.chaski.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How the frames of a cold segment lie on disk, in a file ending in {@code .zst}. Big endian.
 *
 * <pre>
 *     0 +-----------------------+-----------+-----------+
 *       | magic (8)             | version   | crc32c    |   of the other 28 bytes of this head
 *    16 +-----------------------+-----------+-----------+
 *       | bytes of frames (8)   | block raw | 0         |   block raw: bytes of frames in each block but the last
 *    32 +-----------+-----------+-----------+-----------+
 *       | length    | crc32c    | one zstd frame         |   crc of the zstd frame
 *       +-----------+-----------+-----------------------+
 *       | ...                                           |
 * </pre>
 *
 * <p>Each block stands for itself: a damaged one costs its own messages.
 */
final class ColdFormat {
    static final long MAGIC = 0x4348_4153_4B49_5A53L; // "CHASKIZS"
    static final int VERSION = 1;
    static final int HEAD_BYTES = 32;
    static final int VERSION_AT = 8;
    static final int HEAD_CRC_AT = 12;
    static final int FRAMES_BYTES_AT = 16;
    static final int BLOCK_RAW_AT = 24;
    static final int BLOCK_HEAD_BYTES = 8;

    /** What is compressed at a time: enough for zstd's window to pay, little enough to lose. */
    static final int BLOCK_RAW = 256 << 10;

    private ColdFormat() {}

    static ByteBuffer head(long framesBytes) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES)
                .putLong(0, MAGIC)
                .putInt(VERSION_AT, VERSION)
                .putLong(FRAMES_BYTES_AT, framesBytes)
                .putInt(BLOCK_RAW_AT, BLOCK_RAW);
        return head.putInt(HEAD_CRC_AT, headCrc(head));
    }

    /** What is wrong with a head, or null. */
    static @Nullable String wrong(ByteBuffer head, long framesBytes) {
        if (head.limit() < HEAD_BYTES
                || head.getLong(0) != MAGIC
                || head.getInt(HEAD_CRC_AT) != headCrc(head)
                || head.getLong(FRAMES_BYTES_AT) != framesBytes) {
            return "its head makes no sense";
        }
        return head.getInt(VERSION_AT) != VERSION || head.getInt(BLOCK_RAW_AT) != BLOCK_RAW
                ? "a newer version wrote it"
                : null;
    }

    private static int headCrc(ByteBuffer head) {
        CRC32C crc = new CRC32C();
        crc.update(head.slice(0, HEAD_CRC_AT));
        crc.update(head.slice(HEAD_CRC_AT + 4, HEAD_BYTES - HEAD_CRC_AT - 4));
        return (int) crc.getValue();
    }

    /** CRC of a zstd frame, from position to limit, neither of which moves. */
    static int blockCrc(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.duplicate());
        return (int) crc.getValue();
    }
}
