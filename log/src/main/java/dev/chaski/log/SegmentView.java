package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A segment as somebody sees it who only looks, perhaps while a broker writes it. Stands on one record after the other.
 * Owned by one thread.
 */
public final class SegmentView implements AutoCloseable {
    /** What becomes of a segment. */
    public enum State {
        /** A broker appends to it, or was ended without notice: recovery will look at its end. */
        OPEN,
        /** Nothing is appended any more, and all of it was fsynced. */
        SEALED,
        /** Nobody needs it, and its files are about to go. */
        FREED
    }

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int SIDE_RECORDS = 1024;

    private final SegmentName name;
    private final DiskFile side;
    private final @Nullable DiskFile frames;
    private final SideFormat.Checkpoint known;
    private final boolean hasIdentity;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer window =
            ByteBuffer.allocate(SIDE_RECORDS * SideFormat.RECORD_BYTES).limit(0);
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private int windowFrom; // index of the first record in the window
    private int index = -1;
    private long expectedOffset;
    private long expectedPosition;
    private boolean isPlausible;
    private boolean wasSkipped; // a record that makes no sense came before: the next may be anywhere after

    private SegmentView(SegmentName name, DiskFile side, @Nullable DiskFile frames, ByteBuffer page) {
        this.name = name;
        this.hasIdentity = SideFormat.headerVersion(page) > 0;
        this.side = side;
        this.frames = frames;
        this.known = SideFormat.newestCheckpoint(page, name.block());
        this.expectedOffset = MessageId.firstOffset(name.block());
    }

    /**
     * Opens a segment.
     *
     * @return null where the files are gone, or belong to another segment by now
     */
    static @Nullable SegmentView open(Disk disk, Path folder, SegmentName name) throws IOException {
        DiskFile side;
        try {
            side = disk.open(folder.resolve(name.text() + SegmentName.SIDE));
        } catch (NoSuchFileException e) {
            return null;
        }
        DiskFile frames = null;
        try {
            frames = openFrames(disk, folder, name);
            ByteBuffer page = ByteBuffer.allocate(SideFormat.HEADER_BYTES);
            side.read(page, 0);
            page.flip();
            boolean isOther = SideFormat.headerVersion(page) == SideFormat.VERSION
                    && SideFormat.identity(page).block() != name.block();
            if (!isOther) {
                return new SegmentView(name, side, frames, page);
            }
        } catch (IOException | RuntimeException e) {
            close(side, frames);
            throw e;
        }
        close(side, frames);
        return null;
    }

    private static @Nullable DiskFile openFrames(Disk disk, Path folder, SegmentName name) throws IOException {
        DiskFile frames = openCold(disk, folder, name);
        if (frames == null) {
            frames = openWarm(disk, folder, name);
        }
        return frames == null ? openCold(disk, folder, name) : frames; // it may have been compressed meanwhile
    }

    private static @Nullable DiskFile openCold(Disk disk, Path folder, SegmentName name) throws IOException {
        try {
            return ColdFile.open(disk, folder.resolve(name.text() + SegmentName.COLD));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static @Nullable DiskFile openWarm(Disk disk, Path folder, SegmentName name) throws IOException {
        try {
            return disk.open(folder.resolve(name.text() + SegmentName.FRAMES));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * Whether its frames are compressed.
     *
     * @return true where they are
     */
    public boolean isCold() {
        return frames instanceof ColdFile;
    }

    /**
     * Whether the side file's first page says whose it is.
     *
     * @return false where that is damaged, or not written yet
     */
    public boolean hasIdentity() {
        return hasIdentity;
    }

    /**
     * What becomes of it.
     *
     * @return the state when it was opened
     */
    public State state() {
        return known.isFreed() ? State.FREED : known.isSealed() ? State.SEALED : State.OPEN;
    }

    /**
     * Whether the file of the frames is there.
     *
     * @return false where it is missing; a segment of which all was freed needs none
     */
    public boolean hasFrames() {
        return frames != null;
    }

    /**
     * Records that had been fsynced when the newest checkpoint was written.
     *
     * @return 0 or more
     */
    public int syncedRecords() {
        return known.records();
    }

    /**
     * Messages of these records, those included that compaction dropped.
     *
     * @return 0 or more
     */
    public int syncedMessages() {
        return known.messages();
    }

    /**
     * Bytes of frames of these records.
     *
     * @return 0 or more
     */
    public long syncedBytes() {
        return known.bytes();
    }

    /**
     * Append time of the first of these records.
     *
     * @return milliseconds since 1970, 0 where there is none
     */
    public long firstTimeMs() {
        return known.firstTimeMs();
    }

    /**
     * Append time of the last of these records.
     *
     * @return milliseconds since 1970, 0 where there is none
     */
    public long lastTimeMs() {
        return known.lastTimeMs();
    }

    /**
     * Bytes that its files take.
     *
     * @return 0 or more
     * @throws IOException where that cannot be found out
     */
    public long fileBytes() throws IOException {
        DiskFile file = frames;
        return side.sizeBytes() + (file == null ? 0 : file.sizeBytes());
    }

    /**
     * Moves to the next record. Of a sealed segment each that there should be, whether it makes sense or not; of an open
     * one those that follow one another, since what comes after may be old or half written.
     *
     * @return false at the end
     * @throws IOException where the file cannot be read
     */
    public boolean next() throws IOException {
        if (isPlausible) {
            expectedOffset = firstOffset() + count();
            expectedPosition = position() + length();
            wasSkipped = false;
        } else {
            wasSkipped = index >= 0;
        }
        index++;
        isPlausible = load() && isPlausibleRecord();
        return isPlausible || index < known.records();
    }

    private boolean load() throws IOException {
        if (index < windowFrom + window.limit() / SideFormat.RECORD_BYTES && index >= windowFrom) {
            return true;
        }
        windowFrom = index;
        side.read(window.clear(), SideFormat.recordPosition(index));
        window.flip();
        window.limit(window.limit() - window.limit() % SideFormat.RECORD_BYTES);
        return window.limit() > 0;
    }

    private boolean isPlausibleRecord() {
        boolean mayJump = wasSkipped || name.generation() > 0;
        long end = MessageId.firstOffset(name.block() + 1);
        return SideCheck.isShaped(window, at())
                && (mayJump ? firstOffset() >= expectedOffset : firstOffset() == expectedOffset)
                && firstOffset() + count() <= end
                && (wasSkipped ? position() >= expectedPosition : position() == expectedPosition);
    }

    private int at() {
        return (index - windowFrom) * SideFormat.RECORD_BYTES;
    }

    /**
     * The record's place in the side file, 0 for the first.
     *
     * @return its index
     */
    public int index() {
        return index;
    }

    /**
     * Whether the record can be one; the figures below mean something only then.
     *
     * @return false where it makes no sense
     */
    public boolean isPlausible() {
        return isPlausible;
    }

    /**
     * Offset of the record's first message.
     *
     * @return an offset
     */
    public long firstOffset() {
        return window.getLong(at() + SideFormat.FIRST_OFFSET_AT);
    }

    /**
     * Adjacent messages of the record.
     *
     * @return 1 to 256
     */
    public int count() {
        return window.getShort(at() + SideFormat.COUNT_AT);
    }

    /**
     * Where its frames begin in the segment.
     *
     * @return byte in the file
     */
    public long position() {
        return window.getLong(at() + SideFormat.POSITION_AT);
    }

    /**
     * Bytes of its frames.
     *
     * @return 1 or more
     */
    public int length() {
        return window.getInt(at() + SideFormat.LENGTH_AT);
    }

    /**
     * When it was appended.
     *
     * @return milliseconds since 1970
     */
    public long timeMs() {
        return window.getLong(at() + SideFormat.TIME_AT);
    }

    /**
     * Until when its messages were deferred by their producer.
     *
     * @return milliseconds since 1970, 0 for not at all
     */
    public long deferUntilMs() {
        return window.getLong(at() + SideFormat.DEFER_AT);
    }

    /**
     * Reads the frames of the record and compares its CRC.
     *
     * @return false where record or frames are not what was written
     * @throws IOException where the file cannot be read
     */
    public boolean isSound() throws IOException {
        DiskFile file = frames;
        if (!isPlausible || file == null) {
            return false;
        }
        crc.reset();
        crc.update(window.slice(
                at() + SideFormat.RECORD_VERSION_AT, SideFormat.RECORD_BYTES - SideFormat.RECORD_VERSION_AT));
        for (int done = 0; done < length(); done += chunk.limit()) {
            chunk.clear().limit(Math.min(length() - done, CHUNK_BYTES));
            if (file.read(chunk, position() + done) < chunk.limit()) {
                return false;
            }
            crc.update(chunk.flip());
        }
        return (int) crc.getValue() == window.getInt(at() + SideFormat.CRC_AT);
    }

    /**
     * Reads frames.
     *
     * @param target from position to limit
     * @param position byte in the file of the frames
     * @return bytes read, fewer where the file ends
     * @throws IOException where the file cannot be read
     */
    public int readFrames(ByteBuffer target, long position) throws IOException {
        DiskFile file = frames;
        return file == null ? 0 : file.read(target, position);
    }

    /**
     * Bytes of the frame at a place, size field included.
     *
     * @param position byte in the file of the frames
     * @return at least the bytes of a frame's head, or 0 where there is no frame
     * @throws IOException where the file cannot be read
     */
    public long frameBytes(long position) throws IOException {
        ByteBuffer size = ByteBuffer.allocate(FrameFormat.SIZE_BYTES);
        if (readFrames(size, position) < FrameFormat.SIZE_BYTES) {
            return 0;
        }
        long bytes = (long) size.getInt(0) + FrameFormat.SIZE_BYTES;
        return bytes < FrameFormat.BODY_OFFSET ? 0 : bytes;
    }

    /**
     * Whether the files are still this segment's: a broker that is running frees segments and uses their files again.
     *
     * @return false where what was read may be of another life
     * @throws IOException where the file cannot be read
     */
    public boolean isStillOurs() throws IOException {
        ByteBuffer page = ByteBuffer.allocate(SideFormat.HEADER_BYTES);
        side.read(page, 0);
        page.flip();
        boolean isOther = SideFormat.headerVersion(page) == SideFormat.VERSION
                && SideFormat.identity(page).block() != name.block();
        return !isOther && SideFormat.newestCheckpoint(page, name.block()).isFreed() == known.isFreed();
    }

    private static void close(DiskFile side, @Nullable DiskFile frames) throws IOException {
        try {
            side.close();
        } finally {
            if (frames != null) {
                frames.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        close(side, frames);
    }
}
