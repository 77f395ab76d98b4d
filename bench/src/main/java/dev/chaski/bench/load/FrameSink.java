package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Told of every whole frame that a {@link FrameWalker} walks over. */
interface FrameSink {
    /** A reply to a command, or a heartbeat: its text is at {@code position}, {@code length} bytes. */
    void response(ByteBuffer buffer, int position, int length) throws IOException;

    /** An error: its text is at {@code position}, {@code length} bytes. */
    void error(ByteBuffer buffer, int position, int length) throws IOException;

    /**
     * A message, whose frame begins at {@code position} and has {@code frameBytes} bytes. Only the first
     * {@link FrameWalker#MESSAGE_HEAD_BYTES} of them are sure to be in the buffer.
     */
    void message(ByteBuffer buffer, int position, int frameBytes) throws IOException;
}
