package dev.chaski.log.inspect;

import dev.chaski.log.SegmentView;
import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads messages one by one, each with as much of its body as is wanted. Used once, by one thread. */
public final class Dump {
    /** Takes messages. */
    @FunctionalInterface
    public interface Sink {
        /**
         * A message.
         *
         * @param message valid beyond the call
         */
        void message(DumpedMessage message);
    }

    private final long fromOffset;
    private final int bodyBytesMax;
    private final Sink sink;
    private long left;

    Dump(long fromOffset, long limit, int bodyBytesMax, Sink sink) {
        this.fromOffset = fromOffset;
        this.left = limit;
        this.bodyBytesMax = bodyBytesMax;
        this.sink = sink;
    }

    boolean isDone() {
        return left <= 0;
    }

    void run(SegmentView view) throws IOException {
        while (!isDone() && view.next()) {
            if (view.isPlausible() && view.firstOffset() + view.count() > fromOffset) {
                readRecord(view);
            }
        }
    }

    private void readRecord(SegmentView view) throws IOException {
        long position = view.position();
        for (int i = 0; i < view.count() && !isDone(); i++) {
            long offset = view.firstOffset() + i;
            long bytes = view.frameBytes(position);
            if (bytes == 0) {
                return; // damage, which a verification tells
            }
            if (offset >= fromOffset) {
                read(view, position, (int) Math.min(bytes - FrameFormat.BODY_OFFSET, bodyBytesMax), offset, bytes);
            }
            position += bytes;
        }
    }

    private void read(SegmentView view, long position, int bodyBytes, long offset, long frameBytes) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FrameFormat.BODY_OFFSET + bodyBytes);
        view.readFrames(frame, position);
        long id = MessageId.get(frame, FrameFormat.ID_OFFSET);
        if (MessageId.offset(id) == offset) {
            left--;
            sink.message(new DumpedMessage(
                    offset,
                    MessageId.text(id),
                    frame.getLong(FrameFormat.TIMESTAMP_OFFSET),
                    view.timeMs(),
                    frame.getShort(FrameFormat.ATTEMPTS_OFFSET) & 0xFFFF,
                    view.deferUntilMs(),
                    frameBytes - FrameFormat.BODY_OFFSET,
                    frame.slice(FrameFormat.BODY_OFFSET, bodyBytes)));
        }
    }
}
