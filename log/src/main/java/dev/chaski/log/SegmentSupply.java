package dev.chaski.log;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a stream's next segment comes from: made ready in the background while the present one fills, or made on the
 * spot. {@link #next} and {@link #prepareNext} belong to the stream's writer, the rest to any thread.
 */
final class SegmentSupply {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);

    private final LogContext context;
    private final StreamLog stream;

    // The writer's.
    private long plannedBytes;
    private boolean nextAsked;

    private final AtomicReference<@Nullable ActiveSegment> prepared = new AtomicReference<>();

    SegmentSupply(LogContext context, StreamLog stream) {
        this.context = context;
        this.stream = stream;
        this.plannedBytes = context.config.segmentBytesMin();
    }

    /**
     * The next segment, with room for a batch.
     *
     * @param old the one before; null where there is none, or where that failed
     * @throws LogException where it cannot be made
     */
    ActiveSegment next(@Nullable ActiveSegment old, MessageBatch batch) throws LogException {
        ActiveSegment fresh = takePrepared(old, batch);
        if (fresh == null) {
            fresh = makeNow(batch);
        }
        nextAsked = false;
        return fresh;
    }

    private @Nullable ActiveSegment takePrepared(@Nullable ActiveSegment old, MessageBatch batch) {
        ActiveSegment ready = prepared.getAndSet(null);
        if (ready == null) {
            return null;
        }
        // One that was being made while the writer made one itself has a block that is too old.
        boolean follows = old == null
                ? ready.segment.firstOffset() >= stream.endOffset()
                : ready.segment.firstOffset() > old.segment.firstOffset();
        if (follows && ready.fits(batch)) {
            return ready;
        }
        ready.segment.retire();
        return null;
    }

    private ActiveSegment makeNow(MessageBatch batch) throws LogException {
        try {
            return context.maker.makeNow(stream.number(), SegmentSizes.holding(plannedBytes, batch));
        } catch (LogException e) {
            context.health.writeFailed(e);
            throw e;
        }
    }

    /** Has the next one made ready, unless that was asked for. */
    void prepareNext(long capacityBytes, long ageMs) {
        if (nextAsked) {
            return;
        }
        nextAsked = true;
        plannedBytes = SegmentSizes.next(context.config, capacityBytes, ageMs);
        long bytes = plannedBytes;
        context.background(() -> prepare(bytes));
    }

    private void prepare(long bytes) {
        try {
            ActiveSegment old = prepared.getAndSet(context.maker.makeAhead(stream.number(), bytes));
            if (old != null) {
                old.segment.retire();
            }
            if (stream.isDeleted()) {
                drop();
            }
        } catch (LogException e) {
            LOG.warn("cannot make a segment ready stream={} error={}", stream.number(), e.getMessage());
        }
    }

    /** Gives up the one that is ready. */
    void drop() {
        ActiveSegment ready = prepared.getAndSet(null);
        if (ready != null) {
            ready.segment.retire();
        }
    }

    /** Closes the descriptors of the one that is ready; its next use opens them again. */
    void closeDescriptors() {
        ActiveSegment ready = prepared.get();
        if (ready != null) {
            ready.segment.files.closeQuietly();
        }
    }

    /** Gives up the mapping and the descriptors of the one that is ready. At the end. */
    void unmap() {
        ActiveSegment ready = prepared.get();
        if (ready != null) {
            ready.segment.mapping.drop();
            ready.segment.files.closeQuietly();
        }
    }
}
