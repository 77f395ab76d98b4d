package dev.chaski.log.faults;

import dev.chaski.log.Disk;
import dev.chaski.log.DiskFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk that can lose its power. Everything is done to real files at once; what was not synced is remembered, and
 * {@link #powerCut} takes a random part of it back: blocks of 512 or 4096 bytes go back to any earlier content since
 * the last sync of their file, lengths too, and the last creations, renames and removals whose folder was not synced
 * are undone. After that every operation fails; look at what is left through {@link Disk#real()}. Any thread; one lock
 * over everything, so a cut lies between two operations.
 */
public final class LossyDisk implements Disk {
    private final Disk real = Disk.real();
    private final Path graveyard;
    private final Map<Path, LossyContent> contents = new HashMap<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();
    private boolean off;
    private int operationsLeft = -1;
    private long cutSeed;
    private long graves;

    /**
     * A disk with power.
     *
     * @param graveyard an existing folder on the file system of the data, not among it: removed files wait there
     */
    public LossyDisk(Path graveyard) {
        this.graveyard = graveyard;
    }

    /** A change of names that a cut may undo. {@code grave}: what was removed or replaced. */
    private record NameChange(
            @Nullable Path from,
            @Nullable Path to,
            @Nullable Path grave) {
        Path folder() {
            return java.util.Objects.requireNonNull(to == null ? from : to).getParent();
        }
    }

    /**
     * Cuts the power.
     *
     * @param seed decides what is lost
     * @return what was lost, in a line
     * @throws IOException where the real files cannot be changed
     */
    public synchronized String powerCut(long seed) throws IOException {
        off = true;
        Random random = new Random(seed);
        int blocks = 0;
        int lost = 0;
        // At times everything is lost or everything kept: both are as real as a mixture.
        double keep = List.of(0.0, 0.5, 0.5, 0.9, 1.0).get(random.nextInt(5));
        int groupBlocks = random.nextBoolean() ? 1 : 8;
        for (LossyContent content : new HashSet<>(contents.values())) {
            blocks += content.unsyncedBlocks();
            lost += content.lose(random, keep, groupBlocks);
        }
        int kept = unsyncedNames.isEmpty() ? 0 : random.nextInt(unsyncedNames.size() + 1);
        for (NameChange change :
                unsyncedNames.subList(kept, unsyncedNames.size()).reversed()) {
            undo(change);
        }
        return "lost " + lost + " of " + blocks + " unsynced blocks and " + (unsyncedNames.size() - kept) + " of "
                + unsyncedNames.size() + " unsynced names";
    }

    @Override
    public synchronized DiskFile open(Path path) throws IOException {
        spendOperation();
        boolean fresh = !Files.exists(path);
        DiskFile file = real.open(path);
        if (fresh) {
            contents.remove(path);
            unsyncedNames.add(new NameChange(null, path, null));
        }
        return new LossyFile(file, contentOf(path));
    }

    @Override
    public synchronized void makeFolder(Path folder) throws IOException {
        checkPower();
        real.makeFolder(folder);
    }

    @Override
    public synchronized void move(Path from, Path to) throws IOException {
        spendOperation();
        Path grave = Files.exists(to) ? bury(to) : null;
        real.move(from, to);
        rename(from, to);
        unsyncedNames.add(new NameChange(from, to, grave));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        spendOperation();
        if (!Files.exists(path)) {
            return;
        }
        if (Files.isDirectory(path)) {
            real.delete(path);
            return;
        }
        unsyncedNames.add(new NameChange(path, null, bury(path)));
    }

    @Override
    public synchronized List<Path> list(Path folder) throws IOException {
        checkPower();
        return real.list(folder);
    }

    @Override
    public synchronized void syncFolder(Path folder) throws IOException {
        spendOperation();
        for (NameChange change : List.copyOf(unsyncedNames)) {
            if (change.folder().normalize().equals(folder.normalize())) {
                unsyncedNames.remove(change);
                if (change.grave != null) {
                    Files.deleteIfExists(change.grave);
                    contents.remove(change.grave);
                }
            }
        }
    }

    @Override
    public synchronized long usableBytes(Path folder) throws IOException {
        checkPower();
        return real.usableBytes(folder);
    }

    /**
     * Cuts the power in the middle of what is going on.
     *
     * @param operationCount writes, syncs and changes of names that are still done
     * @param seed decides what is lost
     */
    public synchronized void powerCutAfter(int operationCount, long seed) {
        operationsLeft = operationCount;
        cutSeed = seed;
    }

    /**
     * Whether the power is off.
     *
     * @return true after a cut
     */
    public synchronized boolean isOff() {
        return off;
    }

    private void spendOperation() throws IOException {
        if (!off && operationsLeft >= 0 && operationsLeft-- == 0) {
            powerCut(cutSeed);
        }
        checkPower();
    }

    private void checkPower() throws IOException {
        if (off) {
            throw new IOException("the power is off");
        }
    }

    private LossyContent contentOf(Path path) {
        LossyContent content = contents.get(path);
        if (content == null) {
            content = new LossyContent(path);
            contents.put(path, content);
        }
        return content;
    }

    private Path bury(Path path) throws IOException {
        Path grave = graveyard.resolve(Long.toString(graves++));
        Files.move(path, grave, StandardCopyOption.ATOMIC_MOVE);
        rename(path, grave);
        return grave;
    }

    private void rename(Path from, Path to) {
        LossyContent content = contents.remove(from);
        if (content != null) {
            content.path = to;
            contents.put(to, content);
        }
    }

    private void undo(NameChange change) throws IOException {
        if (change.to != null && Files.exists(change.to)) {
            if (change.from == null) {
                Files.delete(change.to);
            } else {
                Files.move(change.to, change.from, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        Path formerly = change.to == null ? change.from : change.to;
        if (change.grave != null && formerly != null && Files.exists(change.grave)) {
            Files.move(change.grave, formerly, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** An open file of this disk. */
    private final class LossyFile implements DiskFile {
        private final DiskFile file;
        private final LossyContent content;

        LossyFile(DiskFile file, LossyContent content) {
            this.file = file;
            this.content = content;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (LossyDisk.this) {
                spendOperation();
                content.remember(file, position, position + source.remaining());
                file.write(source, position);
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (LossyDisk.this) {
                checkPower();
                return file.read(target, position);
            }
        }

        @Override
        public long sizeBytes() throws IOException {
            synchronized (LossyDisk.this) {
                checkPower();
                return file.sizeBytes();
            }
        }

        @Override
        public void resize(long sizeBytes) throws IOException {
            synchronized (LossyDisk.this) {
                spendOperation();
                content.remember(file, sizeBytes, Math.max(sizeBytes, file.sizeBytes()));
                file.resize(sizeBytes);
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (LossyDisk.this) {
                spendOperation();
                content.forget();
            }
        }

        @Override
        public MemorySegment map(long sizeBytes, Arena arena) throws IOException {
            synchronized (LossyDisk.this) {
                checkPower();
                return file.map(sizeBytes, arena);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /**
     * Paths whose names were changed and not made durable.
     *
     * @return the folders, for a test's message
     */
    public synchronized Set<Path> foldersToSync() {
        Set<Path> folders = new HashSet<>();
        unsyncedNames.forEach(change -> folders.add(change.folder()));
        return folders;
    }
}
