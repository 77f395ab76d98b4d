package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the files of a compacted segment under names that no start believes, and gives them their own when they are
 * complete and durable. Owned by one thread; used once.
 */
final class SegmentRewrite {
    /** What the ending of a file that is not complete yet adds to it. */
    static final String UNFINISHED = ".new";

    private static final Logger LOG = LoggerFactory.getLogger(SegmentRewrite.class);
    private static final int STAGED_BYTES = 256 << 10;

    private final LogContext context;
    private final Segment old;
    private final SegmentName name;
    private final long capacityBytes;
    private final Path framesPath;
    private final Path sidePath;
    private final DiskFile frames;
    private final DiskFile side;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer stagedFrames = ByteBuffer.allocateDirect(STAGED_BYTES);
    private final ByteBuffer stagedRecords = ByteBuffer.allocateDirect(STAGED_BYTES);
    private long framesWritten;
    private long recordsWritten = SideFormat.HEADER_BYTES;
    private long position;
    private int records;

    /**
     * Opens the files.
     *
     * @param capacityBytes bytes of all frames that will be added
     */
    SegmentRewrite(LogContext context, Segment old, SegmentName name, long capacityBytes) throws IOException {
        this.context = context;
        this.old = old;
        this.name = name;
        this.capacityBytes = capacityBytes;
        Path folder = context.folder.stream(old.stream);
        this.framesPath = folder.resolve(name.text() + SegmentName.FRAMES);
        this.sidePath = folder.resolve(name.text() + SegmentName.SIDE);
        this.frames = context.disk.open(unfinished(framesPath));
        try {
            this.side = context.disk.open(unfinished(sidePath));
        } catch (IOException e) {
            frames.close();
            throw e;
        }
    }

    private static Path unfinished(Path path) {
        return path.resolveSibling(path.getFileName() + UNFINISHED);
    }

    /** Adds a run of messages, with a record of their own that tells the same of them as their former one. */
    void add(Mapping source, Runs run) throws IOException {
        ByteBuffer bytes = source.bytes().slice(run.runPosition(), run.runLength());
        if (stagedRecords.remaining() < SideFormat.RECORD_BYTES) {
            flushRecords();
        }
        int at = stagedRecords.position();
        stagedRecords.put(source.side().slice(run.at(), SideFormat.RECORD_BYTES));
        byte flags = (byte) (stagedRecords.get(at + SideFormat.FLAGS_AT) & ~SideFormat.FLAG_CONTINUES);
        stagedRecords
                .put(at + SideFormat.FLAGS_AT, flags)
                .putShort(at + SideFormat.COUNT_AT, (short) run.runCount())
                .putLong(at + SideFormat.FIRST_OFFSET_AT, run.runOffset())
                .putLong(at + SideFormat.POSITION_AT, position)
                .putInt(at + SideFormat.LENGTH_AT, run.runLength());
        crc.reset();
        crc.update(stagedRecords
                .duplicate()
                .position(at + SideFormat.RECORD_VERSION_AT)
                .limit(at + SideFormat.RECORD_BYTES));
        crc.update(bytes.duplicate());
        stagedRecords.putInt(at + SideFormat.CRC_AT, (int) crc.getValue());
        addFrames(bytes);
        position += run.runLength();
        records++;
    }

    private void addFrames(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() > stagedFrames.remaining()) {
            flushFrames();
        }
        if (bytes.remaining() > stagedFrames.capacity()) {
            int length = bytes.remaining();
            frames.write(bytes, framesWritten);
            framesWritten += length;
        } else {
            stagedFrames.put(bytes);
        }
    }

    private void flushFrames() throws IOException {
        int length = stagedFrames.flip().remaining();
        frames.write(stagedFrames, framesWritten);
        framesWritten += length;
        stagedFrames.clear();
    }

    private void flushRecords() throws IOException {
        int length = stagedRecords.flip().remaining();
        side.write(stagedRecords, recordsWritten);
        recordsWritten += length;
        stagedRecords.clear();
    }

    /** Makes everything durable and gives the files their names. */
    Segment finish() throws IOException {
        flushFrames();
        flushRecords();
        SideFormat.Checkpoint all = new SideFormat.Checkpoint(
                SideFormat.SEALED, 1, records, old.messages(), position, old.firstTimeMs(), old.lastTimeMs());
        ByteBuffer header = SideFormat.header(new SideFormat.Identity(
                old.stream, context.config.node(), name.block(), capacityBytes, context.clock.getAsLong()));
        header.put(
                SideFormat.checkpointPosition(all.sequence()),
                SideFormat.encode(all, name.block()),
                0,
                SideFormat.CHECKPOINT_BYTES);
        side.write(header, 0);
        side.resize(recordsWritten);
        frames.resize(position);
        frames.sync();
        side.sync();
        context.disk.move(unfinished(sidePath), sidePath);
        context.disk.move(unfinished(framesPath), framesPath);
        context.folder.syncStream(old.stream);
        return Segment.sealed(context, old.stream, name, capacityBytes, all);
    }

    /** Closes the files, and removes them where they were not finished. */
    void close(boolean finished) {
        try {
            try (frames;
                    side) {
                LOG.trace("closing frames={} side={}", framesPath, sidePath);
            }
            if (!finished) {
                context.disk.delete(unfinished(framesPath));
                context.disk.delete(unfinished(sidePath));
                context.disk.delete(framesPath);
                context.disk.delete(sidePath);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove what was written of a segment file={} error={}", framesPath, e.toString());
        }
    }
}
