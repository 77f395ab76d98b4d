package dev.chaski.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What one file of a backup is made of: perhaps a first page of its own, then the bytes of a file of the snapshot, up to
 * where that counts. Immutable.
 */
public final class SnapshotFile {
    private static final int CHUNK_BYTES = 1 << 20;

    private final String path;
    private final Path source;
    private final @Nullable Head head;
    private final long bytes;
    private final @Nullable String proof;
    private final boolean isFinal;

    /** Makes the first page that takes the place of the source's. */
    @FunctionalInterface
    interface Head {
        ByteBuffer make(DiskFile source) throws IOException;
    }

    /** Takes bytes. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes the next bytes.
         *
         * @param chunk from position to limit, valid only during the call
         * @param position where they stand in the file
         * @throws IOException where they cannot be taken
         */
        void bytes(ByteBuffer chunk, long position) throws IOException;
    }

    SnapshotFile(String path, Path source, @Nullable Head head, long bytes, @Nullable String proof, boolean isFinal) {
        this.path = path;
        this.source = source;
        this.head = head;
        this.bytes = bytes;
        this.proof = proof;
        this.isFinal = isFinal;
    }

    /**
     * Where it belongs in a data folder.
     *
     * @return names with slashes between them
     */
    public String path() {
        return path;
    }

    /**
     * The file of the snapshot.
     *
     * @return a path
     */
    public Path source() {
        return source;
    }

    /**
     * Its length.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Whether the source is all of it and never written again, so that a second name for it will do.
     *
     * @return true where no copy is needed
     */
    public boolean isFinal() {
        return isFinal;
    }

    /**
     * The file whose being equal in two backups proves that this one is: it holds checksums of this one's bytes.
     *
     * @return a path as {@link #path}, or null
     */
    public @Nullable String proof() {
        return proof;
    }

    /**
     * Reads all of it.
     *
     * @param sink takes it, in order
     * @throws IOException where it cannot be read or taken, or is shorter than it should be
     */
    public void read(Sink sink) throws IOException {
        try (DiskFile file = Disk.readOnly().open(source)) {
            long done = 0;
            if (head != null) {
                ByteBuffer page = head.make(file);
                page.limit((int) Math.min(page.limit(), bytes));
                done = page.remaining();
                sink.bytes(page, 0);
            }
            ByteBuffer chunk = ByteBuffer.allocateDirect(Math.clamp(bytes - done, 1, CHUNK_BYTES));
            while (done < bytes) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - done));
                int wanted = chunk.limit();
                if (file.read(chunk, done) < wanted) {
                    throw new IOException(source + " ends before byte " + bytes);
                }
                sink.bytes(chunk.flip(), done);
                done += wanted;
            }
        }
    }
}
