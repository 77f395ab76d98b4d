package dev.chaski.log;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses the frames of segments that nobody has read for long, and expands them when somebody does. The side file
 * stays as it is. While the compressed file exists, it is what counts: the expanded one is a copy that may be removed at
 * any time. {@link #offer} from any thread; compressing on the rewrite thread, expanding on whichever thread maps.
 */
final class ColdStore {
    /** Segments with less than this, or half of the smallest size, are left alone: they win nothing. */
    private static final int BYTES_MIN = 64 << 10;

    /** Compressing must win an eighth, else the segment is left for good. */
    private static final int WON_PART = 8;

    private static final int LEVEL = 3;
    private static final Logger LOG = LoggerFactory.getLogger(ColdStore.class);

    private final LogContext context;
    private final int bytesMin;
    private final AtomicBoolean busy = new AtomicBoolean();

    ColdStore(LogContext context) {
        this.context = context;
        this.bytesMin = Math.min(BYTES_MIN, context.config.segmentBytesMin() / 2);
    }

    /** Has a segment compressed in the background where it is due and nothing else is under way. */
    void offer(Segment segment, long nowMs) {
        long afterMs = context.config.coldAfterMs();
        boolean due = afterMs > 0
                && segment.checkpoints.isSettled()
                && segment.isSealed()
                && !segment.checkpoints.isBroken()
                && !segment.mapping.isMapped()
                && nowMs - segment.mapping.usedAtMs() > afterMs
                && (segment.mapping.isCold() ? segment.mapping.isThawed() : segment.mapping.mayBeFrozen(bytesMin));
        if (due && busy.compareAndSet(false, true)) {
            context.rewrite(() -> {
                try {
                    freeze(segment);
                } catch (IOException e) {
                    LOG.warn("cannot compress a segment, it stays as it is segment={} error={}", segment, e.toString());
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    /** Compresses a segment, or removes its expanded copy where it was compressed before. */
    void freeze(Segment segment) throws IOException {
        if (!segment.mapping.isCold() && !compress(segment)) {
            return;
        }
        context.exchanging.lock();
        try {
            segment.mapping.goCold();
        } finally {
            context.exchanging.unlock();
        }
    }

    private boolean compress(Segment segment) throws IOException {
        Path unfinished = unfinished(segment);
        boolean done = false;
        segment.files.use();
        try (DiskFile target = context.disk.open(unfinished)) {
            long bytes = write(segment, target);
            done = bytes > 0;
            if (!done) {
                segment.mapping.neverFreeze();
                return false;
            }
            target.resize(bytes);
            target.sync();
            segment.files.side().sync(); // that it is sealed was written after its last fsync
            putInPlace(segment, unfinished);
            return true;
        } finally {
            segment.files.done();
            if (!done) {
                context.disk.delete(unfinished);
            }
        }
    }

    private void putInPlace(Segment segment, Path unfinished) throws IOException {
        context.exchanging.lock();
        try {
            context.disk.move(unfinished, segment.files.coldPath());
            context.folder.syncStream(segment.stream);
            segment.mapping.setCold(true); // while the files are in use, so that whoever frees them sees it
        } finally {
            context.exchanging.unlock();
        }
    }

    private static Path unfinished(Segment segment) {
        Path cold = segment.files.coldPath();
        return cold.resolveSibling(cold.getFileName() + SegmentRewrite.UNFINISHED);
    }

    /** Returns the bytes written, or 0 where it is not worth it or no longer wanted. */
    private long write(Segment segment, DiskFile target) throws IOException {
        long framesBytes = segment.bytes();
        ByteBuffer raw = ByteBuffer.allocateDirect(ColdFormat.BLOCK_RAW);
        ByteBuffer packed =
                ByteBuffer.allocateDirect(ColdFormat.BLOCK_HEAD_BYTES + (int) Zstd.compressBound(ColdFormat.BLOCK_RAW));
        target.write(ColdFormat.head(framesBytes), 0);
        long written = ColdFormat.HEAD_BYTES;
        for (long at = 0; at < framesBytes; at += ColdFormat.BLOCK_RAW) {
            raw.clear().limit((int) Math.min(ColdFormat.BLOCK_RAW, framesBytes - at));
            if (segment.files.frames().read(raw, at) < raw.limit()) {
                throw new IOException("the file ends before its frames do");
            }
            written += pack(raw.flip(), packed, target, written);
            if (written > framesBytes - framesBytes / WON_PART || segment.mapping.isGone() || context.isClosed()) {
                return 0;
            }
        }
        return written;
    }

    private static int pack(ByteBuffer raw, ByteBuffer packed, DiskFile target, long position) throws IOException {
        packed.clear();
        int room = packed.capacity() - ColdFormat.BLOCK_HEAD_BYTES;
        long length =
                Zstd.compressDirectByteBuffer(packed, ColdFormat.BLOCK_HEAD_BYTES, room, raw, 0, raw.limit(), LEVEL);
        if (Zstd.isError(length)) {
            throw new IOException("zstd: " + Zstd.getErrorName(length));
        }
        packed.limit(ColdFormat.BLOCK_HEAD_BYTES + (int) length);
        packed.putInt(0, (int) length)
                .putInt(4, ColdFormat.blockCrc(packed.slice(ColdFormat.BLOCK_HEAD_BYTES, (int) length)));
        target.write(packed, position);
        return packed.limit();
    }

    /**
     * Expands a segment. Damaged blocks become zeros, in which no message is believed, and are reported.
     *
     * @throws IOException where a file cannot be read or written
     */
    void thaw(Segment segment) throws IOException {
        Path frames = segment.files.framesPath();
        Path unfinished = frames.resolveSibling(frames.getFileName() + SegmentRewrite.UNFINISHED);
        boolean done = false;
        try (DiskFile source = context.disk.open(segment.files.coldPath());
                DiskFile target = context.disk.open(unfinished)) {
            @Nullable String wrong = expand(segment, source, target);
            if (wrong != null) {
                context.quarantine.report(segment.files.coldPath() + ": " + wrong
                        + "; messages that were in it are skipped, the file stays as it is");
            }
            target.resize(segment.own ? segment.capacityBytes : segment.bytes());
            segment.files.closeIfUnused();
            context.disk.move(unfinished, frames);
            done = true;
        } finally {
            if (!done) {
                context.disk.delete(unfinished);
            }
        }
    }

    private static @Nullable String expand(Segment segment, DiskFile source, DiskFile target) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(ColdFormat.HEAD_BYTES);
        source.read(head, 0);
        @Nullable String wrong = ColdFormat.wrong(head.flip(), segment.bytes());
        if (wrong != null) {
            return wrong;
        }
        ByteBuffer raw = ByteBuffer.allocateDirect(ColdFormat.BLOCK_RAW);
        ByteBuffer packed = ByteBuffer.allocateDirect((int) Zstd.compressBound(ColdFormat.BLOCK_RAW));
        ByteBuffer blockHead = ByteBuffer.allocate(ColdFormat.BLOCK_HEAD_BYTES);
        long from = ColdFormat.HEAD_BYTES;
        int bad = 0;
        for (long at = 0; at < segment.bytes(); at += ColdFormat.BLOCK_RAW) {
            int read = source.read(blockHead.clear(), from);
            int length = read < ColdFormat.BLOCK_HEAD_BYTES ? 0 : blockHead.getInt(0);
            if (length < 1 || length > packed.capacity()) {
                return "no block begins at byte " + from;
            }
            source.read(packed.clear().limit(length), from + ColdFormat.BLOCK_HEAD_BYTES);
            raw.clear().limit((int) Math.min(ColdFormat.BLOCK_RAW, segment.bytes() - at));
            if (unpack(packed.flip(), length, blockHead.getInt(4), raw)) {
                target.write(raw, at);
            } else {
                bad++;
            }
            from += ColdFormat.BLOCK_HEAD_BYTES + length;
        }
        return bad == 0 ? null : bad + " of its blocks are damaged";
    }

    /** Expands a block; false where it is damaged. */
    static boolean unpack(ByteBuffer packed, int length, int crc, ByteBuffer raw) {
        if (packed.limit() < length || ColdFormat.blockCrc(packed) != crc) {
            return false;
        }
        long bytes = Zstd.decompressDirectByteBuffer(raw, 0, raw.limit(), packed, 0, length);
        return !Zstd.isError(bytes) && bytes == raw.limit();
    }
}
