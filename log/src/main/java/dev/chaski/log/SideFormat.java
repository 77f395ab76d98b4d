package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How the side file of a segment lies on disk: a header page, then one record for up to 256 adjacent frames. Big endian.
 *
 * <pre>
 *  header page
 *     0 +-----------------------+-----------+-----------+
 *       | magic (8)             | version   | crc32c    |   of the other 60 bytes of the identity
 *    16 +-----------+-----------+-----------+-----------+
 *       | stream    | node      | block (8)             |
 *    32 +-----------+-----------+-----------------------+
 *       | room for frames (8)   | made at, ms (8)       |
 *    48 +-----------------------+-----------------------+
 *       | 0                                             |
 *    64 +-----------------------------------------------+
 *  1024 | checkpoint, 64 bytes                          |   written in turn: a torn one leaves the other
 *  2048 | checkpoint, 64 bytes                          |
 *  4096 +-----------------------------------------------+
 *       | record 0, record 1, ...                       |
 *
 *  checkpoint: what had been fsynced before it was written
 *     0 +-----------+-----------+-----------------------+
 *       | crc32c    | flags     | sequence (8)          |
 *    16 +-----------+-----------+-----------------------+
 *       | records   | messages  | bytes of frames (8)   |
 *    32 +-----------+-----------+-----------------------+
 *       | first time, ms (8)    | last time, ms (8)     |
 *    48 +-----------------------+-----------------------+
 *       | block (8)             | 0                     |
 *    64 +-----------------------+-----------------------+
 *
 *  record: frames without a valid one do not exist
 *     0 +-----------+--+--+-----+-----------------------+
 *       | crc32c    |v |f |count| first offset (8)      |   crc of the other 60 bytes, then of the frames;
 *    16 +-----------+--+--+-----+-----------+-----------+   v version, f flags
 *       | position of frames (8)| length    | headers   |   length of the headers, 0 for none
 *    32 +-----------------------+-----------+-----------+
 *       | appended at, ms (8)   | deferred until, ms (8)|   0 for not deferred
 *    48 +-----------------------+-----------------------+
 *       | position of headers   | 0                     |
 *    64 +-----------------------+-----------------------+
 * </pre>
 *
 * <p>Files are recycled without being wiped. A block is granted once, and every record and checkpoint names it: what a
 * recycled file still holds of its former life is never believed.
 */
final class SideFormat {
    static final long MAGIC = 0x4348_4153_4B49_5344L; // "CHASKISD"
    static final int VERSION = 1;

    static final int HEADER_BYTES = 4096;
    static final int VERSION_AT = 8;
    static final int IDENTITY_CRC_AT = 12;
    static final int STREAM_AT = 16;
    static final int NODE_AT = 20;
    static final int BLOCK_AT = 24;
    static final int CAPACITY_AT = 32;
    static final int MADE_AT = 40;
    static final int IDENTITY_BYTES = 64;

    static final int CHECKPOINT_AT = 1024;
    static final int CHECKPOINT_STEP = 1024;
    static final int CHECKPOINT_BYTES = 64;

    static final int RECORD_BYTES = 64;
    static final int CRC_AT = 0;
    static final int RECORD_VERSION_AT = 4;
    static final int FLAGS_AT = 5;
    static final int COUNT_AT = 6;
    static final int FIRST_OFFSET_AT = 8;
    static final int POSITION_AT = 16;
    static final int LENGTH_AT = 24;
    static final int TIME_AT = 32;
    static final int DEFER_AT = 40;

    /** The most frames under one record: what a reader may have to walk to find one of them. */
    static final int COUNT_MAX = 256;

    /** The most messages of one batch: it must find its offsets in one block. */
    static final int BATCH_MESSAGES_MAX = MessageId.BLOCK_MESSAGES_MAX;

    /** The record's batch goes on in the next record: without that one, this one was never published. */
    static final int FLAG_CONTINUES = 1;
    /** All frames of the record have the same length, so that each is found by arithmetic. */
    static final int FLAG_UNIFORM = 2;

    /** Nothing is appended any more, and everything before is fsynced. */
    static final int SEALED = 1;
    /** Nobody needs the segment: its files are about to be reused. */
    static final int FREED = 2;

    private SideFormat() {}

    /**
     * Whose file it is.
     *
     * @param stream number of the stream
     * @param node number of the node in its ids
     * @param block the block whose messages it describes
     * @param capacityBytes room for frames in the segment
     * @param madeAtMs when it was made, milliseconds since 1970
     */
    record Identity(int stream, int node, long block, long capacityBytes, long madeAtMs) {}

    /**
     * What was safe at some moment.
     *
     * @param flags {@link #SEALED}, {@link #FREED}
     * @param sequence rises with each one written
     * @param records records
     * @param messages messages, those included that compaction dropped
     * @param bytes bytes of frames
     * @param firstTimeMs append time of the first record, milliseconds since 1970
     * @param lastTimeMs append time of the last record
     */
    record Checkpoint(
            int flags, long sequence, int records, int messages, long bytes, long firstTimeMs, long lastTimeMs) {
        static final Checkpoint NONE = new Checkpoint(0, 0, 0, 0, 0, 0, 0);

        boolean isSealed() {
            return (flags & SEALED) != 0;
        }

        boolean isFreed() {
            return (flags & FREED) != 0;
        }
    }

    /** Where a record stands in the side file. */
    static long recordPosition(int index) {
        return HEADER_BYTES + (long) index * RECORD_BYTES;
    }

    static ByteBuffer header(Identity identity) {
        ByteBuffer page = ByteBuffer.allocateDirect(HEADER_BYTES);
        page.putLong(0, MAGIC)
                .putInt(VERSION_AT, VERSION)
                .putInt(STREAM_AT, identity.stream)
                .putInt(NODE_AT, identity.node)
                .putLong(BLOCK_AT, identity.block)
                .putLong(CAPACITY_AT, identity.capacityBytes)
                .putLong(MADE_AT, identity.madeAtMs);
        return page.putInt(IDENTITY_CRC_AT, identityCrc(page));
    }

    /** The version of a header page, or 0 where it makes no sense. */
    static int headerVersion(ByteBuffer page) {
        boolean valid = page.limit() >= IDENTITY_BYTES
                && page.getLong(0) == MAGIC
                && page.getInt(IDENTITY_CRC_AT) == identityCrc(page);
        return valid ? page.getInt(VERSION_AT) : 0;
    }

    /** Whose file it is; only where {@link #headerVersion} is {@link #VERSION}. */
    static Identity identity(ByteBuffer page) {
        return new Identity(
                page.getInt(STREAM_AT),
                page.getInt(NODE_AT),
                page.getLong(BLOCK_AT),
                page.getLong(CAPACITY_AT),
                page.getLong(MADE_AT));
    }

    private static int identityCrc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.slice(0, IDENTITY_CRC_AT));
        crc.update(page.slice(IDENTITY_CRC_AT + 4, IDENTITY_BYTES - IDENTITY_CRC_AT - 4));
        return (int) crc.getValue();
    }

    /** Where the checkpoint of a sequence number is written. */
    static int checkpointPosition(long sequence) {
        return CHECKPOINT_AT + (int) (sequence & 1) * CHECKPOINT_STEP;
    }

    static ByteBuffer encode(Checkpoint checkpoint, long block) {
        ByteBuffer target = ByteBuffer.allocateDirect(CHECKPOINT_BYTES);
        target.putInt(4, checkpoint.flags)
                .putLong(8, checkpoint.sequence)
                .putInt(16, checkpoint.records)
                .putInt(20, checkpoint.messages)
                .putLong(24, checkpoint.bytes)
                .putLong(32, checkpoint.firstTimeMs)
                .putLong(40, checkpoint.lastTimeMs)
                .putLong(48, block);
        return target.putInt(0, checkpointCrc(target, 0));
    }

    /** The newest valid checkpoint of a header page, {@link Checkpoint#NONE} where there is none of this block. */
    static Checkpoint newestCheckpoint(ByteBuffer page, long block) {
        Checkpoint newest = Checkpoint.NONE;
        for (long slot = 0; slot < 2; slot++) {
            Checkpoint found = checkpoint(page, checkpointPosition(slot), block);
            if (found != null && found.sequence > newest.sequence) {
                newest = found;
            }
        }
        return newest;
    }

    private static @Nullable Checkpoint checkpoint(ByteBuffer page, int at, long block) {
        if (page.limit() < at + CHECKPOINT_BYTES
                || page.getLong(at + 48) != block
                || page.getInt(at) != checkpointCrc(page, at)) {
            return null;
        }
        return new Checkpoint(
                page.getInt(at + 4),
                page.getLong(at + 8),
                page.getInt(at + 16),
                page.getInt(at + 20),
                page.getLong(at + 24),
                page.getLong(at + 32),
                page.getLong(at + 40));
    }

    private static int checkpointCrc(ByteBuffer page, int at) {
        CRC32C crc = new CRC32C();
        crc.update(page.slice(at + 4, CHECKPOINT_BYTES - 4));
        return (int) crc.getValue();
    }
}
