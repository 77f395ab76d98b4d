package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Makes segments to append to, of recycled files where there are some. Any thread. */
final class SegmentMaker {
    /** Smaller files are left sparse: writing their pages ahead gains nothing that is noticed. */
    private static final int WRITTEN_AHEAD_MIN = 1 << 20;

    /** How much of the side file is written ahead, as a part of the frames: records of 16 messages of 64 bytes. */
    private static final int SIDE_PART = 16;

    private static final int STEP_BYTES = 256 << 10;

    /** Segments that a writer had to make itself, since none was ready. */
    final AtomicLong madeInline = new AtomicLong();

    private final LogContext context;

    SegmentMaker(LogContext context) {
        this.context = context;
    }

    /**
     * Makes one that is ready for its first batch and no more: the caller waits.
     *
     * @throws LogException where the files cannot be made
     */
    ActiveSegment makeNow(int stream, long capacityBytes) throws LogException {
        madeInline.incrementAndGet();
        ActiveSegment made = make(stream, capacityBytes, false);
        context.loader.map(made.segment);
        return made;
    }

    /**
     * Makes one with its pages written and mapped. Background thread.
     *
     * @throws LogException where the files cannot be made
     */
    ActiveSegment makeAhead(int stream, long capacityBytes) throws LogException {
        ActiveSegment made = make(stream, capacityBytes, true);
        try {
            Mapping mapping = made.segment.mapping.acquire();
            Pages.touch(mapping.bytes(), 0, mapping.bytes().capacity());
            mapping.release();
            return made;
        } catch (IOException e) {
            made.segment.retire();
            throw failed(made.segment.files.framesPath(), e);
        }
    }

    private ActiveSegment make(int stream, long capacityBytes, boolean ahead) throws LogException {
        SegmentName name = new SegmentName(context.blocks.grant(), 0);
        long now = context.clock.getAsLong();
        Segment segment =
                new Segment(context, stream, name, true, capacityBytes, SegmentSizes.recordsMax(capacityBytes));
        ByteBuffer header = SideFormat.header(
                new SideFormat.Identity(stream, context.config.node(), name.block(), capacityBytes, now));
        try {
            SegmentPool.Spare spare = context.pool.take(capacityBytes);
            if (spare == null) {
                create(segment, header, ahead && capacityBytes >= WRITTEN_AHEAD_MIN);
            } else {
                adopt(segment, header, spare);
            }
            segment.completed();
            return new ActiveSegment(segment, context.config.node(), now);
        } catch (IOException e) {
            segment.retire();
            throw failed(segment.files.framesPath(), e);
        }
    }

    private LogException failed(Path path, IOException cause) {
        return DiskFailure.of(context.disk, path, "cannot make segment", cause);
    }

    private void adopt(Segment segment, ByteBuffer header, SegmentPool.Spare spare) throws IOException {
        Path side = segment.files.sidePath();
        try {
            context.disk.makeFolderUnsynced(context.folder.stream(segment.stream)); // its first sync syncs them
            try (DiskFile file = context.disk.open(spare.side())) {
                file.write(header, 0); // before it moves: the folder never shows another segment's header
                file.resize(SideFormat.recordPosition(segment.recordsMax));
            }
            context.disk.move(spare.side(), side); // first: frames alone would look like a loss
            context.disk.move(spare.frames(), segment.files.framesPath());
        } catch (IOException e) {
            context.disk.delete(spare.side());
            context.disk.delete(spare.frames());
            throw e;
        }
        segment.files.use();
        segment.files.done();
    }

    /**
     * Makes a sealed segment without a byte that stands for another of which nobody needs anything: it keeps the end of
     * the stream from being forgotten. Background thread.
     *
     * @throws IOException where the files cannot be made
     */
    Segment makeHollow(Segment old) throws IOException {
        SegmentName name = new SegmentName(old.name.block(), old.name.generation() + 1);
        SideFormat.Checkpoint nothing = new SideFormat.Checkpoint(
                SideFormat.SEALED, 1, 0, old.messages(), 0, old.firstTimeMs(), old.lastTimeMs());
        ByteBuffer header = SideFormat.header(
                new SideFormat.Identity(old.stream, context.config.node(), name.block(), 0, old.firstTimeMs()));
        header.put(
                SideFormat.checkpointPosition(nothing.sequence()),
                SideFormat.encode(nothing, name.block()),
                0,
                SideFormat.CHECKPOINT_BYTES);
        Segment hollow = Segment.sealed(context, old.stream, name, 0, nothing);
        hollow.files.use();
        try {
            hollow.files.side().write(header, 0);
            hollow.files.side().sync();
            context.folder.syncStream(old.stream);
        } finally {
            hollow.files.done();
        }
        hollow.files.closeIfUnused();
        return hollow;
    }

    private void create(Segment segment, ByteBuffer header, boolean writeAhead) throws IOException {
        context.disk.makeFolderUnsynced(context.folder.stream(segment.stream)); // its first sync syncs them
        SegmentFiles files = segment.files;
        files.use();
        try {
            files.side().write(header, 0);
            files.side().resize(SideFormat.recordPosition(segment.recordsMax));
            files.frames().resize(segment.capacityBytes);
            if (writeAhead) {
                zero(files.frames(), 0, segment.capacityBytes);
                zero(files.side(), SideFormat.HEADER_BYTES, segment.capacityBytes / SIDE_PART);
            }
        } finally {
            files.done();
        }
    }

    private static void zero(DiskFile file, long from, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(STEP_BYTES);
        for (long done = 0; done < bytes; done += STEP_BYTES) {
            file.write(zeros.clear().limit((int) Math.min(STEP_BYTES, bytes - done)), from + done);
        }
    }
}
