package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.HexDigits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Messages staged for one stream, framed as they will stand in its segment; ids and times are put in by
 * {@link StreamLog#append}. Owned by one thread at a time; reused by {@link #clear}.
 *
 * <p>What is staged is cut into the records of {@link SideFormat} as it comes, so that an append knows at once how much
 * it will write.
 */
public final class MessageBatch {
    /** Memory beyond this is given back by {@link #clear}: one giant batch must not stay for ever. */
    private static final int KEPT_BYTES_MAX = 4 << 20;

    private static final int RECORDS_MIN = 8;
    private static final int ATTEMPTS_MAX = 0xFFFF;

    private final int capacityBytes;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer frames;
    private int sizeBytes;
    private int count;
    private boolean keepsTimes; // of messages that are older than this log

    // The records, the last one still open.
    private int records;
    private int[] recordCounts = new int[RECORDS_MIN];
    private int[] recordBytes = new int[RECORDS_MIN];
    private int[] frameBytes = new int[RECORDS_MIN]; // of all frames of the record, 0 where they differ
    private long[] deferUntilMs = new long[RECORDS_MIN];
    private ByteBuffer encoded = ByteBuffer.allocateDirect(RECORDS_MIN * SideFormat.RECORD_BYTES);

    /**
     * An empty batch.
     *
     * @param capacityBytes bytes of frames it takes before it must grow
     */
    public MessageBatch(int capacityBytes) {
        this.capacityBytes = capacityBytes;
        this.frames = ByteBuffer.allocateDirect(capacityBytes);
    }

    /**
     * Copies one message in. Grows where needed: the caller bounds the size of a batch.
     *
     * @param source where the body is; neither its position nor its limit is used or moved
     * @param position index of the body's first byte
     * @param length bytes of the body, 0 or more
     * @param deferUntilMs when it may first be delivered, milliseconds since 1970; 0 for at once
     */
    public void add(ByteBuffer source, int position, int length, long deferUntilMs) {
        stage(source, position, length, deferUntilMs, 1);
    }

    /**
     * Copies one message in that another broker stored before: it keeps its time and is delivered with its attempts
     * counted on. A batch holds such messages only, or none.
     *
     * @param source where the body is; neither its position nor its limit is used or moved
     * @param position index of the body's first byte
     * @param length bytes of the body, 0 or more
     * @param timestampNs when it was published, nanoseconds since 1970
     * @param attempts how often it was delivered before; counts up to 65,534
     */
    public void addOld(ByteBuffer source, int position, int length, long timestampNs, int attempts) {
        if (count > 0 && !keepsTimes) {
            throw new IllegalStateException("the batch holds new messages");
        }
        keepsTimes = true;
        int start = sizeBytes;
        stage(source, position, length, 0, Math.min(attempts, ATTEMPTS_MAX - 1) + 1);
        frames.putLong(start + FrameFormat.TIMESTAMP_OFFSET, timestampNs);
    }

    private void stage(ByteBuffer source, int position, int length, long deferUntilMs, int attempts) {
        int bytes = FrameFormat.frameBytes(length);
        int start = sizeBytes;
        int end = Math.addExact(start, bytes);
        if (end > frames.capacity()) {
            grow(end);
        }
        ByteBuffer target = frames;
        target.putLong(start, (long) (bytes - FrameFormat.SIZE_BYTES) << 32 | FrameFormat.TYPE_MESSAGE);
        target.putShort(start + FrameFormat.ATTEMPTS_OFFSET, (short) attempts);
        target.put(start + FrameFormat.BODY_OFFSET, source, position, length);
        sizeBytes = end;
        count++;
        note(bytes, deferUntilMs);
    }

    private void note(int bytes, long deferMs) {
        int last = records - 1;
        if (last < 0 || recordCounts[last] == SideFormat.COUNT_MAX || deferUntilMs[last] != deferMs) {
            last = beginRecord(bytes, deferMs);
        }
        recordCounts[last]++;
        recordBytes[last] += bytes;
        if (frameBytes[last] != bytes) {
            frameBytes[last] = 0;
        }
    }

    private int beginRecord(int bytes, long deferMs) {
        int index = records++;
        if (index == recordCounts.length) {
            int length = index * 2;
            recordCounts = Arrays.copyOf(recordCounts, length);
            recordBytes = Arrays.copyOf(recordBytes, length);
            frameBytes = Arrays.copyOf(frameBytes, length);
            deferUntilMs = Arrays.copyOf(deferUntilMs, length);
            encoded = ByteBuffer.allocateDirect(Math.multiplyExact(length, SideFormat.RECORD_BYTES));
        }
        recordCounts[index] = 0;
        recordBytes[index] = 0;
        frameBytes[index] = bytes;
        deferUntilMs[index] = deferMs;
        return index;
    }

    private void grow(int needed) {
        long doubled = Math.max(needed, 2L * frames.capacity());
        ByteBuffer larger = ByteBuffer.allocateDirect((int) Math.min(Integer.MAX_VALUE - 8, doubled));
        larger.put(0, frames, 0, sizeBytes);
        frames = larger;
    }

    /**
     * Messages staged.
     *
     * @return 0 or more
     */
    public int count() {
        return count;
    }

    /**
     * Bytes of the staged frames.
     *
     * @return 0 or more
     */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Bytes of the staged bodies.
     *
     * @return 0 or more
     */
    public int bodyBytes() {
        return sizeBytes - count * FrameFormat.BODY_OFFSET;
    }

    /** Forgets everything staged and keeps the memory, unless a giant batch made it grow beyond reason. */
    public void clear() {
        sizeBytes = 0;
        count = 0;
        records = 0;
        keepsTimes = false;
        if (frames.capacity() > Math.max(capacityBytes, KEPT_BYTES_MAX)) {
            frames = ByteBuffer.allocateDirect(capacityBytes);
        }
    }

    /** How many records describe what is staged. */
    int records() {
        return records;
    }

    /**
     * Puts ids into the frames, and times where the messages bring none.
     *
     * @param firstId the id of the first message; the others count up from it
     * @param nowMs the time of the append, milliseconds since 1970
     */
    void stamp(long firstId, long nowMs) {
        ByteBuffer target = frames;
        long timestampNs = nowMs * 1_000_000;
        long high = HexDigits.of((int) (firstId >>> 32)); // an index never carries into it
        int low = (int) firstId;
        for (int at = 0, end = sizeBytes; at < end; low++) {
            if (!keepsTimes) {
                target.putLong(at + FrameFormat.TIMESTAMP_OFFSET, timestampNs);
            }
            target.putLong(at + FrameFormat.ID_OFFSET, high);
            target.putLong(at + FrameFormat.ID_OFFSET + Long.BYTES, HexDigits.of(low));
            at += target.getInt(at) + FrameFormat.SIZE_BYTES;
        }
    }

    /**
     * The frames.
     *
     * @return a direct buffer, from position to limit; valid until the batch changes
     */
    ByteBuffer frames() {
        return frames.clear().limit(sizeBytes);
    }

    /**
     * The records of the stamped frames.
     *
     * @param firstOffset offset of the first message
     * @param position where the frames will stand in the segment
     * @param nowMs the time of the append
     * @return a direct buffer, from position to limit; valid until the batch changes
     */
    ByteBuffer encodeRecords(long firstOffset, long position, long nowMs) {
        long offset = firstOffset;
        int start = 0;
        for (int i = 0; i < records; i++) {
            encodeRecord(i, offset, position + start, nowMs);
            encoded.putInt(i * SideFormat.RECORD_BYTES, crcOf(i, start));
            offset += recordCounts[i];
            start += recordBytes[i];
        }
        return encoded.clear().limit(records * SideFormat.RECORD_BYTES);
    }

    private void encodeRecord(int index, long offset, long position, long nowMs) {
        int at = index * SideFormat.RECORD_BYTES;
        int flags = (index < records - 1 ? SideFormat.FLAG_CONTINUES : 0)
                | (frameBytes[index] != 0 ? SideFormat.FLAG_UNIFORM : 0);
        encoded.put(at + SideFormat.RECORD_VERSION_AT, (byte) SideFormat.VERSION)
                .put(at + SideFormat.FLAGS_AT, (byte) flags)
                .putShort(at + SideFormat.COUNT_AT, (short) recordCounts[index])
                .putLong(at + SideFormat.FIRST_OFFSET_AT, offset)
                .putLong(at + SideFormat.POSITION_AT, position)
                .putLong(at + SideFormat.LENGTH_AT, (long) recordBytes[index] << 32)
                .putLong(at + SideFormat.TIME_AT, nowMs)
                .putLong(at + SideFormat.DEFER_AT, deferUntilMs[index]);
    }

    private int crcOf(int index, int start) {
        int at = index * SideFormat.RECORD_BYTES;
        crc.reset();
        crc.update(encoded.limit(at + SideFormat.RECORD_BYTES).position(at + SideFormat.RECORD_VERSION_AT));
        crc.update(frames.limit(start + recordBytes[index]).position(start));
        encoded.clear();
        frames.clear();
        return (int) crc.getValue();
    }
}
