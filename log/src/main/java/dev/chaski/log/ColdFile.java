package dev.chaski.log;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.collections.LongArrayList;

/**
 * The frames of a compressed segment, read as if they were not. A damaged block is zeros, in which no CRC is right. Keeps
 * one block in memory: for reading from front to back. Owned by one thread.
 */
final class ColdFile implements DiskFile {
    private final DiskFile source;
    private final long framesBytes;
    /** Where the blocks begin that were passed so far. */
    private final LongArrayList starts = new LongArrayList();

    private final ByteBuffer head = ByteBuffer.allocate(ColdFormat.BLOCK_HEAD_BYTES);
    private final ByteBuffer raw = ByteBuffer.allocateDirect(ColdFormat.BLOCK_RAW);
    private final ByteBuffer packed = ByteBuffer.allocateDirect((int) Zstd.compressBound(ColdFormat.BLOCK_RAW));
    private int rawBlock = -1;

    private ColdFile(DiskFile source, long framesBytes) {
        this.source = source;
        this.framesBytes = framesBytes;
        starts.addLong(ColdFormat.HEAD_BYTES);
    }

    /** Opens a compressed file; one whose head makes no sense has nothing in it. */
    static ColdFile open(Disk disk, Path path) throws IOException {
        DiskFile source = disk.open(path);
        try {
            ByteBuffer head = ByteBuffer.allocate(ColdFormat.HEAD_BYTES);
            source.read(head, 0);
            head.flip();
            long bytes = head.limit() < ColdFormat.HEAD_BYTES ? 0 : head.getLong(ColdFormat.FRAMES_BYTES_AT);
            return new ColdFile(source, ColdFormat.wrong(head, bytes) == null ? bytes : 0);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int before = target.position();
        long at = position;
        while (target.hasRemaining() && at < framesBytes && load((int) (at / ColdFormat.BLOCK_RAW))) {
            int from = (int) (at % ColdFormat.BLOCK_RAW);
            int length = Math.min(target.remaining(), raw.limit() - from);
            target.put(target.position(), raw, from, length).position(target.position() + length);
            at += length;
        }
        return target.position() - before;
    }

    /** Expands a block; false where it cannot be found. */
    private boolean load(int block) throws IOException {
        while (starts.size() <= block) {
            long last = starts.getLong(starts.size() - 1);
            int length = lengthAt(last);
            if (length == 0) {
                return false;
            }
            starts.addLong(last + ColdFormat.BLOCK_HEAD_BYTES + length);
        }
        if (rawBlock == block) {
            return true;
        }
        long start = starts.getLong(block);
        int length = lengthAt(start);
        if (length == 0) {
            return false;
        }
        int crc = head.getInt(4);
        source.read(packed.clear().limit(length), start + ColdFormat.BLOCK_HEAD_BYTES);
        long left = framesBytes - (long) block * ColdFormat.BLOCK_RAW;
        raw.clear().limit((int) Math.min(ColdFormat.BLOCK_RAW, left));
        rawBlock = block;
        if (!ColdStore.unpack(packed.flip(), length, crc, raw)) {
            raw.put(0, new byte[raw.limit()]);
        }
        raw.position(0);
        return true;
    }

    /** Bytes of the block that begins at a place, 0 where none does. */
    private int lengthAt(long start) throws IOException {
        int read = source.read(head.clear(), start);
        int length = read < ColdFormat.BLOCK_HEAD_BYTES ? 0 : head.getInt(0);
        return length < 1 || length > packed.capacity() ? 0 : length;
    }

    @Override
    public long sizeBytes() throws IOException {
        return source.sizeBytes();
    }

    @Override
    public void write(ByteBuffer bytes, long position) {
        throw refusal();
    }

    @Override
    public void resize(long sizeBytes) {
        throw refusal();
    }

    @Override
    public void sync() {
        throw refusal();
    }

    @Override
    public MemorySegment map(long sizeBytes, Arena arena) {
        throw refusal();
    }

    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException("read only");
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
