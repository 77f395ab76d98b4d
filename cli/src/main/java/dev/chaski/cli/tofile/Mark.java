package dev.chaski.cli.tofile;

import dev.chaski.cli.tofile.MarkFormat.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Says that a file is being written, and how far it is synced. Held by a lock that dies with the process. One thread. */
final class Mark {
    private final OpenFiles owner;
    private final OpenFiles.Held held;
    private final Content content;
    private final boolean isLeft;

    /**
     * Takes a mark over.
     *
     * @param isLeft whether a process that is gone has left it, and its file has to be put in order
     */
    Mark(OpenFiles owner, OpenFiles.Held held, Content content, boolean isLeft) {
        this.owner = owner;
        this.held = held;
        this.content = content;
        this.isLeft = isLeft;
    }

    Content content() {
        return content;
    }

    boolean isLeft() {
        return isLeft;
    }

    /** Notes how far the file is synced. */
    void synced(long bytes) throws IOException {
        FileChannel file = held.channel();
        ByteBuffer text = ByteBuffer.wrap(MarkFormat.syncedText(bytes));
        while (text.hasRemaining()) {
            file.write(text, MarkFormat.SYNCED_AT + text.position());
        }
    }

    /** The file is whole, or gone. */
    void remove() throws IOException {
        owner.release(held, true);
    }

    /** Leaves the file as it is, for who comes next to put in order. */
    void leave() throws IOException {
        owner.release(held, false);
    }
}
