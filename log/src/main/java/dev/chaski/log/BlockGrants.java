package dev.chaski.log;

import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * Grants blocks, each once for ever: above all that were granted, and never below the wall clock, so that they keep
 * rising when the file that remembers them is lost. Any thread; the lock is held over the rare write that reserves more,
 * which {@link #reserveAhead} does in time on another thread.
 *
 * <pre>
 *  0           8                   16        20
 *  +-----------+-------------------+---------+
 *  | magic     | limit             | crc32c  |   every granted block is below the limit
 *  +-----------+-------------------+---------+
 * </pre>
 */
final class BlockGrants {
    /** Reserved with one write: half an hour of the wall clock, burnt by each crash out of 34 bits' 68 years. */
    static final long RESERVED = 16 << 10;

    private static final long MAGIC = 0x4348_4153_4B49_424CL; // "CHASKIBL"
    private static final long EPOCH_MS = 1_767_225_600_000L; // 2026-01-01T00:00:00Z
    private static final long STEP_MS = 125;
    private static final int FILE_BYTES = 20;
    private static final long BLOCK_MAX = (1L << (MessageId.OFFSET_BITS - MessageId.INDEX_BITS)) - 1;

    private final StoreFolder folder;
    private final Disk disk;
    private final LongSupplier clock;
    private long last; // guarded by the lock, as is limit
    private long limit;

    BlockGrants(StoreFolder folder, Disk disk, LongSupplier clock) {
        this.folder = folder;
        this.disk = disk;
        this.clock = clock;
    }

    /**
     * Reads what was reserved.
     *
     * @return false where that is lost; then {@link #notBelow} must be told what is known
     */
    synchronized boolean open() throws LogException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
        try (DiskFile file = disk.open(folder.blocks())) {
            file.read(bytes, 0);
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder.blocks(), "cannot read", e);
        }
        long known = limitOf(bytes);
        limit = Math.max(known, 0);
        last = limit - 1;
        return known >= 0;
    }

    /** What a file says that was read to its end, or −1 where it is damaged. */
    private static long limitOf(ByteBuffer bytes) {
        boolean valid = !bytes.hasRemaining() && bytes.getLong(0) == MAGIC && bytes.getInt(16) == crcOf(bytes);
        return valid ? bytes.getLong(8) : -1;
    }

    /** Every block that a folder granted is below this; −1 where its file is missing or damaged. Changes nothing. */
    static long limitIn(StoreFolder folder) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
        try (DiskFile file = Disk.readOnly().open(folder.blocks())) {
            file.read(bytes, 0);
            return limitOf(bytes);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** The block that a clock stands for. */
    static long blockAt(long ms) {
        return (ms - EPOCH_MS) / STEP_MS;
    }

    /**
     * What a folder's file says whose blocks begin at a limit.
     *
     * @throws IllegalArgumentException where there is no such block
     */
    static ByteBuffer fileOf(long newLimit) {
        if (newLimit < 1 || newLimit > BLOCK_MAX) {
            throw new IllegalArgumentException("no block " + newLimit + " can be granted: is the clock right?");
        }
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES).putLong(0, MAGIC).putLong(8, newLimit);
        return bytes.putInt(16, crcOf(bytes));
    }

    /** Never grants a block at or below this one. */
    synchronized void notBelow(long block) {
        last = Math.max(last, block);
    }

    /** A block that nobody ever had. */
    synchronized long grant() throws LogException {
        long block = next();
        if (block > BLOCK_MAX) {
            throw new LogException(
                    LogException.Kind.IO,
                    "no block is left to grant: is the clock right (" + clock.getAsLong() + " ms)?");
        }
        if (block >= limit) {
            reserve(block + RESERVED);
        }
        last = block;
        return block;
    }

    private long next() {
        return Math.max(Math.max(last + 1, 1), blockAt(clock.getAsLong()));
    }

    /** Reserves more where half of it is used or the clock has passed it. Background thread. */
    synchronized void reserveAhead() throws LogException {
        long next = next();
        if (next + RESERVED / 2 > limit && next < BLOCK_MAX) {
            reserve(next + RESERVED);
        }
    }

    /** Gives back what was reserved and not granted. At a clean end. */
    synchronized void close() throws LogException {
        if (limit > last + 1 && last > 0) {
            reserve(last + 1);
        }
    }

    private void reserve(long newLimit) throws LogException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES).putLong(0, MAGIC).putLong(8, newLimit);
        bytes.putInt(16, crcOf(bytes));
        try {
            folder.replace(folder.blocks(), bytes);
        } catch (IOException e) {
            throw DiskFailure.of(disk, folder.blocks(), "cannot reserve message ids in", e);
        }
        limit = newLimit;
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(16));
        return (int) crc.getValue();
    }
}
