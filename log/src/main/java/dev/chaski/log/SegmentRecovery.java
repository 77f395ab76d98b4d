package dev.chaski.log;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one segment of an earlier process. A sealed one is believed by its header page; another is read from its last
 * checkpoint on, up to the first record that makes no sense, and ends there: it is sealed on the disk by its first
 * sync, so that a start waits for no fsync. Used once, by one thread.
 */
final class SegmentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private static final int CHUNK_BYTES = 1 << 20;

    /** Reserved room beyond this is given back when a segment is sealed here. */
    private static final int SPARE_BYTES_MAX = 1 << 20;

    private final LogContext context;
    private final int stream;
    private final SegmentName name;
    private final Path framesPath;
    private final Path sidePath;
    private final Path coldPath;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer record = ByteBuffer.allocate(SideFormat.RECORD_BYTES);
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    SegmentRecovery(LogContext context, int stream, SegmentName name) {
        this.context = context;
        this.stream = stream;
        this.name = name;
        Path folder = context.folder.stream(stream);
        this.framesPath = folder.resolve(name.text() + SegmentName.FRAMES);
        this.sidePath = folder.resolve(name.text() + SegmentName.SIDE);
        this.coldPath = folder.resolve(name.text() + SegmentName.COLD);
    }

    /**
     * Opens it; removes its files where they hold nothing.
     *
     * @param hasFrames whether the file of the frames is there
     * @param hasSide whether the side file is there
     * @param hasCold whether the file of the compressed frames is there
     * @return the sealed segment, or null where nothing is left of it
     * @throws IOException where a file cannot be read
     * @throws LogException NEWER_FORMAT
     */
    @Nullable
    Segment open(boolean hasFrames, boolean hasSide, boolean hasCold) throws IOException, LogException {
        if (!hasSide) {
            return hasCold
                    ? coldOnly("the side file is missing", List.of(coldPath))
                    : framesOnly("the side file is missing", List.of(framesPath));
        }
        try (DiskFile side = context.disk.open(sidePath)) {
            ByteBuffer page = ByteBuffer.allocate(SideFormat.HEADER_BYTES);
            int bytes = side.read(page, 0);
            page.flip();
            int version = SideFormat.headerVersion(page);
            if (version > SideFormat.VERSION) {
                throw new LogException(
                        LogException.Kind.NEWER_FORMAT,
                        sidePath + " was written by a newer version: run that one, or move the file away");
            }
            if (bytes < SideFormat.HEADER_BYTES) {
                String what = "the side file is cut off within its header (power that failed before its first fsync"
                        + " does that)";
                return hasCold ? coldOnly(what, List.of(coldPath, sidePath)) : framesOnly(what, files(hasFrames));
            }
            SideFormat.Checkpoint known = SideFormat.newestCheckpoint(page, name.block());
            if (isNotOurs(page, version) || known.isFreed()) {
                return remove();
            }
            if (hasCold) {
                return cold(side, known, capacity(page, version));
            }
            if (!hasFrames) {
                return sideOnly(side, known);
            }
            return known.isSealed() ? sealed(side, known, capacity(page, version)) : scan(side, known);
        }
    }

    /** A recycled file under its former name: its segment was freed, its new one never got its name durably. */
    private boolean isNotOurs(ByteBuffer page, int version) {
        return version == SideFormat.VERSION && SideFormat.identity(page).block() != name.block();
    }

    private static long capacity(ByteBuffer page, int version) {
        return version == SideFormat.VERSION ? SideFormat.identity(page).capacityBytes() : Integer.MAX_VALUE;
    }

    private List<Path> files(boolean hasFrames) {
        return hasFrames ? List.of(framesPath, sidePath) : List.of(sidePath);
    }

    private Segment sealed(DiskFile side, SideFormat.Checkpoint known, long capacity) throws IOException {
        Segment segment = Segment.sealed(context, stream, name, capacity, known);
        if (side.sizeBytes() < SideFormat.recordPosition(known.records())) {
            context.loader.map(segment); // finds out what is left, and tells, without waiting for a reader
        }
        return segment;
    }

    /** The compressed file is what counts; an expanded one may have been cut by a power cut. */
    private @Nullable Segment cold(DiskFile side, SideFormat.Checkpoint known, long capacity) throws IOException {
        if (!known.isSealed()) {
            return coldOnly("the side file does not say that it is sealed", List.of(coldPath, sidePath));
        }
        context.disk.delete(framesPath);
        Segment segment = sealed(side, known, capacity);
        segment.mapping.setCold(false);
        return segment;
    }

    private @Nullable Segment coldOnly(String what, List<Path> files) {
        context.quarantine.setAside(
                coldPath + ": " + what + ", so its messages are lost", String.valueOf(stream), files);
        return null;
    }

    /** Frames whose records are lost: without those they do not exist, but a person may want them. */
    private @Nullable Segment framesOnly(String what, List<Path> files) throws IOException {
        long bytes = 0;
        if (files.contains(framesPath)) {
            try (DiskFile frames = context.disk.open(framesPath)) {
                bytes = unrecorded(frames, 0, 0);
            }
        }
        if (bytes == 0) {
            return remove();
        }
        context.quarantine.setAside(
                framesPath + ": " + what + ", so its messages are lost: " + bytes + " bytes of frames",
                String.valueOf(stream),
                files);
        return null;
    }

    private @Nullable Segment sideOnly(DiskFile side, SideFormat.Checkpoint known) throws IOException {
        if (known.records() == 0) {
            if (readRecord(side, 0) && firstOffset() == MessageId.firstOffset(name.block())) {
                // A power cut took the name of a file that no fsync had reached.
                LOG.warn("segment that was never synced dropped, its frames are missing file={}", framesPath);
            }
            return remove();
        }
        context.quarantine.setAside(
                framesPath + ": the file is missing, so its messages are lost: " + known.messages() + " or more",
                String.valueOf(stream),
                List.of(sidePath));
        return null;
    }

    private @Nullable Segment remove() throws IOException {
        context.disk.delete(framesPath);
        context.disk.delete(coldPath);
        context.disk.delete(sidePath);
        return null;
    }

    /** Where the scan is, and where the last whole batch ended. */
    private static final class Progress {
        int records;
        int messages;
        long bytes;
        long firstTimeMs;
        long lastTimeMs;

        Progress(SideFormat.Checkpoint from) {
            records = from.records();
            messages = from.messages();
            bytes = from.bytes();
            firstTimeMs = from.firstTimeMs();
            lastTimeMs = from.lastTimeMs();
        }

        SideFormat.Checkpoint reached() {
            return new SideFormat.Checkpoint(0, 0, records, messages, bytes, firstTimeMs, lastTimeMs);
        }
    }

    private @Nullable Segment scan(DiskFile side, SideFormat.Checkpoint known) throws IOException {
        try (DiskFile frames = context.disk.open(framesPath)) {
            SideFormat.Checkpoint whole = wholeBatches(side, frames, known);
            reportTail(side, frames, whole);
            if (whole.records() == 0) {
                return remove();
            }
            if (frames.sizeBytes() > whole.bytes() + SPARE_BYTES_MAX) {
                frames.resize(whole.bytes());
            }
            long capacity = Math.max(whole.bytes(), frames.sizeBytes());
            return Segment.scanned(context, stream, name, capacity, known, whole);
        }
    }

    /** Goes from record to record. A batch counts when its last record is there. */
    private SideFormat.Checkpoint wholeBatches(DiskFile side, DiskFile frames, SideFormat.Checkpoint known)
            throws IOException {
        Progress at = new Progress(known);
        SideFormat.Checkpoint whole = at.reached();
        while (readRecord(side, at.records) && follows(at) && isSound(frames)) {
            at.records++;
            at.messages += record.getShort(SideFormat.COUNT_AT);
            at.bytes += record.getInt(SideFormat.LENGTH_AT);
            at.lastTimeMs = record.getLong(SideFormat.TIME_AT);
            at.firstTimeMs = at.firstTimeMs == 0 ? at.lastTimeMs : at.firstTimeMs;
            if ((record.get(SideFormat.FLAGS_AT) & SideFormat.FLAG_CONTINUES) == 0) {
                whole = at.reached();
            }
        }
        return whole;
    }

    private boolean readRecord(DiskFile side, int index) throws IOException {
        return side.read(record.clear(), SideFormat.recordPosition(index)) == SideFormat.RECORD_BYTES;
    }

    private long firstOffset() {
        return record.getLong(SideFormat.FIRST_OFFSET_AT);
    }

    private boolean follows(Progress at) {
        return SideCheck.isShaped(record, 0)
                && firstOffset() == MessageId.firstOffset(name.block()) + at.messages
                && record.getLong(SideFormat.POSITION_AT) == at.bytes;
    }

    private boolean isSound(DiskFile frames) throws IOException {
        crc.reset();
        crc.update(record.slice(SideFormat.RECORD_VERSION_AT, SideFormat.RECORD_BYTES - SideFormat.RECORD_VERSION_AT));
        long position = record.getLong(SideFormat.POSITION_AT);
        int left = record.getInt(SideFormat.LENGTH_AT);
        while (left > 0) {
            ByteBuffer part = chunk(Math.min(left, CHUNK_BYTES));
            int read = frames.read(part, position);
            if (read < part.limit()) {
                return false;
            }
            crc.update(part.flip());
            position += read;
            left -= read;
        }
        return (int) crc.getValue() == record.getInt(SideFormat.CRC_AT);
    }

    /** Room for so many bytes and no more: ten thousand streams are opened for the few messages of each. */
    private ByteBuffer chunk(int bytes) {
        if (chunk.capacity() < bytes) {
            chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, 2 * bytes));
        }
        return chunk.clear().limit(bytes);
    }

    /** Says what a crash cut off: batches that nobody had an answer for, or that no fsync had reached. */
    private void reportTail(DiskFile side, DiskFile frames, SideFormat.Checkpoint whole) throws IOException {
        int records = 0;
        while (readRecord(side, whole.records() + records) && MessageId.block(firstOffset()) == name.block()) {
            records++;
        }
        long bytes = unrecorded(frames, whole.bytes(), whole.messages());
        if (records > 0 || bytes > 0) {
            LOG.warn(
                    "torn tail of a segment dropped file={} position={} bytes={} records={}",
                    framesPath,
                    whole.bytes(),
                    bytes,
                    records);
        }
    }

    /** Bytes of frames from a position on that carry the ids which belong there. */
    private long unrecorded(DiskFile frames, long from, int firstIndex) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(FrameFormat.BODY_OFFSET);
        long position = from;
        long offset = MessageId.firstOffset(name.block()) + firstIndex;
        while (frames.read(head.clear(), position) == FrameFormat.BODY_OFFSET
                && MessageId.offset(MessageId.get(head, FrameFormat.ID_OFFSET)) == offset
                && head.getInt(0) >= FrameFormat.BODY_OFFSET - FrameFormat.SIZE_BYTES) {
            position += head.getInt(0) + FrameFormat.SIZE_BYTES;
            offset++;
        }
        return position - from;
    }
}
