package dev.chaski.cli.tofile;

import dev.chaski.cli.tofile.MarkFormat.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a work folder are being written: a {@link Mark} for each, in a hidden folder there. A process that dies
 * leaves its marks behind, and their locks are free; so the next one finds the few files whose ends may be torn, without
 * looking at all the others, and two processes never write to the same file. Any thread, any process.
 */
final class OpenFiles {
    static final String FOLDER = ".chaski-to-file";
    private static final String SUFFIX = ".open";
    private static final int NAME_BYTES = 16;
    /**
     * Locks of files are the process's: one channel that is closed gives up what another of the same file holds. So no mark
     * of this process is opened a second time.
     */
    private static final ReentrantLock PROCESS = new ReentrantLock();

    private static final Map<Path, FileChannel> OWN = new HashMap<>();

    private final Path folder;
    private final FileOpener opener;

    /** A mark's file, which is locked as long as the channel is open. */
    record Held(Path file, FileChannel channel) {}

    private interface Work<T> {
        T run() throws IOException;
    }

    OpenFiles(Path workFolder, FileOpener opener) {
        folder = workFolder.resolve(FOLDER);
        this.opener = opener;
    }

    /**
     * Marks a file as being written.
     *
     * @return the mark, or one that was left for the same file; null where somebody writes to it
     */
    @Nullable
    Mark claim(Content content) throws IOException {
        Folders.create(folder);
        Path file = folder.resolve(name(content));
        return locked(() -> {
            Held held = hold(file);
            if (held == null) {
                return null;
            }
            try {
                Content left = read(held.channel());
                if (left != null) {
                    return new Mark(this, held, left, true);
                }
                held.channel().truncate(0);
                held.channel().write(ByteBuffer.wrap(MarkFormat.text(content)), 0);
                held.channel().force(true);
                Folders.sync(folder);
                return new Mark(this, held, content, false);
            } catch (IOException e) {
                drop(held, true);
                throw e;
            }
        });
    }

    /** Takes over all marks that nobody holds. */
    List<Mark> left() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        return locked(() -> {
            List<Mark> marks = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path file : files) {
                    Held held = hold(file);
                    if (held != null) {
                        add(marks, held);
                    }
                }
            }
            return marks;
        });
    }

    private void add(List<Mark> marks, Held held) throws IOException {
        Content content = read(held.channel());
        if (content == null) {
            drop(held, true); // its process died before it made the file
        } else {
            marks.add(new Mark(this, held, content, true));
        }
    }

    void release(Held held, boolean removes) throws IOException {
        locked(() -> {
            drop(held, removes);
            return held;
        });
    }

    private @Nullable Held hold(Path file) throws IOException {
        FileChannel own = OWN.get(file);
        if (own != null && own.isOpen()) {
            return null;
        }
        FileChannel channel =
                opener.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return null;
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        OWN.put(file, channel);
        return new Held(file, channel);
    }

    private static void drop(Held held, boolean removes) throws IOException {
        OWN.remove(held.file());
        try (FileChannel channel = held.channel()) {
            if (removes && channel.isOpen()) {
                Files.deleteIfExists(held.file());
            }
        }
    }

    private static @Nullable Content read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), MarkFormat.BYTES_MAX));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // until all is there
        }
        byte[] read = new byte[bytes.position()];
        bytes.get(0, read);
        return MarkFormat.parse(read);
    }

    /** A mark that is removed must not be locked by somebody who has just opened it: one at a time. */
    private <T extends @Nullable Object> T locked(Work<T> work) throws IOException {
        PROCESS.lock();
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("the lock in " + folder + " does not hold");
            }
            return work.run();
        } finally {
            PROCESS.unlock();
        }
    }

    private static String name(Content content) {
        String name = FileNames.numbered(content.name(), content.number());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES) + SUFFIX;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
