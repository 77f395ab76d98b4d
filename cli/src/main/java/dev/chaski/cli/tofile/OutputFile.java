package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is being written, a line for each message. One thread. */
final class OutputFile {
    private static final byte[] LINE_FEED = {'\n'};

    private final Path path;
    private final FileChannel channel;
    private final Mark mark;
    private final FileBuffer buffer;
    private final @Nullable GzipMember gzip;
    private long syncedBytes;
    private long contentBytes;
    private long messages;
    private boolean isFolderSynced;

    /** Goes on behind what the file has, which may lack the end of its last line. */
    OutputFile(Path path, FileChannel channel, Mark mark, int gzipLevel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.mark = mark;
        syncedBytes = channel.size();
        buffer = new FileBuffer(channel, syncedBytes);
        gzip = gzipLevel > 0 ? new GzipMember(buffer, gzipLevel) : null;
        if (gzip == null && !WholeLines.endsAt(channel, syncedBytes)) {
            buffer.write(LINE_FEED, 0, 1);
        }
    }

    Path path() {
        return path;
    }

    Mark mark() {
        return mark;
    }

    /** Bytes of messages and line feeds that were written here, before they were compressed. */
    long contentBytes() {
        return contentBytes;
    }

    long messages() {
        return messages;
    }

    long size() {
        return buffer.size();
    }

    void write(byte[] body) throws IOException {
        append(body);
        append(LINE_FEED);
        contentBytes += body.length + LINE_FEED.length;
        messages++;
    }

    private void append(byte[] bytes) throws IOException {
        if (gzip == null) {
            buffer.write(bytes, 0, bytes.length);
        } else {
            gzip.write(bytes, 0, bytes.length);
        }
    }

    /** Makes durable all that was written, and that there is a file of this name. */
    void sync() throws IOException {
        if (gzip != null) {
            gzip.end();
        }
        buffer.flush();
        if (buffer.size() > syncedBytes || !isFolderSynced) {
            channel.force(false);
            if (!isFolderSynced) {
                Folders.sync(Folders.parent(path));
                isFolderSynced = true;
            }
            syncedBytes = buffer.size();
            mark.synced(syncedBytes);
        }
    }

    /** Syncs, and writes no more; the mark is still there. */
    void close() throws IOException {
        if (gzip != null && buffer.size() == 0) {
            gzip.begin(); // a file without a byte is none to gzip
        }
        sync();
        release();
    }

    /** After a failure: takes back what was not synced, as far as that goes, and leaves the file to be put in order. */
    void abandon() throws IOException {
        try {
            if (channel.isOpen()) {
                channel.truncate(syncedBytes);
                channel.force(true);
            }
        } finally {
            release();
            mark.leave();
        }
    }

    private void release() throws IOException {
        if (gzip != null) {
            gzip.close();
        }
        channel.close();
    }
}
