package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A disk that closes idle segments and tries once more where the process has run out of descriptors. Any thread. */
final class SparingDisk implements Disk {
    private final Disk disk;
    private final OpenPairs openPairs;

    SparingDisk(Disk disk, OpenPairs openPairs) {
        this.disk = disk;
        this.openPairs = openPairs;
    }

    /** Whether no descriptor was left, in the words of Linux, macOS and Windows. */
    static boolean saysTooMany(@Nullable String message) {
        return message != null && message.toLowerCase(Locale.ROOT).contains("too many open files");
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        try {
            return disk.open(path);
        } catch (IOException e) {
            closeUnusedOrThrow(e);
            return disk.open(path);
        }
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        try {
            disk.syncFolder(folder);
        } catch (IOException e) {
            closeUnusedOrThrow(e);
            disk.syncFolder(folder);
        }
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        try {
            return disk.list(folder);
        } catch (IOException e) {
            closeUnusedOrThrow(e);
            return disk.list(folder);
        }
    }

    private void closeUnusedOrThrow(IOException failure) throws IOException {
        if (!saysTooMany(failure.getMessage())) {
            throw failure;
        }
        openPairs.closeUnused();
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        disk.makeFolder(folder);
    }

    @Override
    public void makeFolderUnsynced(Path folder) throws IOException {
        disk.makeFolderUnsynced(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        disk.link(file, name);
    }

    @Override
    public boolean hasOtherNames(Path path) throws IOException {
        return disk.hasOtherNames(path);
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        return disk.usableBytes(folder);
    }

    @Override
    public long descriptorsMax() {
        return disk.descriptorsMax();
    }
}
