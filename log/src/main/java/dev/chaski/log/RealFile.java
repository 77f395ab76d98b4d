package dev.chaski.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One open file of the operating system. Any thread; the channel is replaced under the lock only.
 *
 * <p>Java closes a channel when a thread that is using it is interrupted, and so takes the file away from all others.
 * Here an operation sets the interrupt aside while it runs and puts it back at its end. An interrupt that arrives in
 * the middle still closes the channel: then whoever finds it closed opens the file anew, makes sure by its key (device
 * and inode) that the path still names the same file, and does the operation again, which is harmless as every one of
 * them names its position.
 */
final class RealFile implements DiskFile {
    private final Path path;
    private final @Nullable Object key;
    private volatile FileChannel channel;
    private volatile boolean closed;

    RealFile(Path path) throws IOException {
        this.path = path;
        this.channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            this.key = keyOf(path);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        int start = source.position();
        run(file -> {
            while (source.hasRemaining()) {
                file.write(source, position + source.position() - start);
            }
            return 0;
        });
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        return (int) run(file -> {
            int got = 0;
            while (got >= 0 && target.hasRemaining()) {
                got = file.read(target, position + target.position() - start);
            }
            return (long) target.position() - start;
        });
    }

    @Override
    public long sizeBytes() throws IOException {
        return run(FileChannel::size);
    }

    @Override
    public void resize(long sizeBytes) throws IOException {
        run(file -> {
            long size = file.size();
            if (sizeBytes < size) {
                file.truncate(sizeBytes);
            } else if (sizeBytes > size) {
                file.write(ByteBuffer.wrap(new byte[1]), sizeBytes - 1);
            }
            return 0;
        });
    }

    @Override
    public void sync() throws IOException {
        run(file -> {
            file.force(false);
            return 0;
        });
    }

    @Override
    public MemorySegment map(long sizeBytes, Arena arena) throws IOException {
        if (sizeBytes > sizeBytes()) {
            throw new IOException("cannot map " + sizeBytes + " bytes of " + path + ": it has only " + sizeBytes());
        }
        MemorySegment[] mapped = new MemorySegment[1];
        run(file -> {
            mapped[0] = file.map(FileChannel.MapMode.READ_ONLY, 0, sizeBytes, arena);
            return 0;
        });
        return Objects.requireNonNull(mapped[0]);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** What is done with the channel; may be done again from where it stopped. */
    @FunctionalInterface
    private interface Operation {
        long on(FileChannel file) throws IOException;
    }

    private long run(Operation operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return operation.on(channel);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                    reopen(e);
                } catch (ClosedChannelException e) {
                    reopen(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(ClosedChannelException cause) throws IOException {
        if (closed) {
            throw cause;
        }
        if (channel.isOpen()) {
            return; // another thread was faster
        }
        FileChannel fresh = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (!Objects.equals(key, keyOf(path))) {
                throw new IOException("a thread interrupt closed " + path + ", which by now is another file", cause);
            }
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
        channel = fresh;
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
