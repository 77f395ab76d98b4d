package dev.chaski.log;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The operating system's files. Any thread; holds no state. */
final class RealDisk implements Disk {
    static final RealDisk INSTANCE = new RealDisk();

    private static final boolean FOLDERS_CAN_SYNC = File.separatorChar == '/';

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LIMIT_NAME = "Max open files";

    private RealDisk() {}

    @Override
    public DiskFile open(Path path) throws IOException {
        return new RealFile(path);
    }

    @Override
    public void makeFolder(Path folder) throws IOException {
        Path missing = folder.toAbsolutePath();
        List<Path> made = new ArrayList<>();
        while (missing != null && !Files.exists(missing)) {
            made.add(missing);
            missing = missing.getParent();
        }
        Files.createDirectories(folder);
        for (Path fresh : made.reversed()) {
            Path parent = fresh.getParent();
            if (parent != null) {
                syncFolder(parent);
            }
        }
    }

    @Override
    public void makeFolderUnsynced(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (UnsupportedOperationException e) {
            throw new IOException("the file system of " + file + " has no hard links", e);
        }
    }

    @Override
    public boolean hasOtherNames(Path path) throws IOException {
        return FOLDERS_CAN_SYNC && (int) Files.getAttribute(path, "unix:nlink") > 1;
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> sorted = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(sorted::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(sorted);
        return sorted;
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        if (!FOLDERS_CAN_SYNC) {
            return; // Windows has no handle for it; its file systems journal names themselves
        }
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public long descriptorsMax() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(LIMIT_NAME)) {
                    return Long.parseLong(
                            line.substring(LIMIT_NAME.length()).strip().split(" ", 2)[0]);
                }
            }
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE; // not Linux, or "unlimited"
        }
        return Long.MAX_VALUE;
    }

    @Override
    public long usableBytes(Path folder) throws IOException {
        // File asks the kernel once; FileStore would parse the mount table first, and this is asked often.
        long usable = folder.toFile().getUsableSpace();
        if (usable == 0 && !Files.isDirectory(folder)) {
            throw new IOException("no such folder: " + folder);
        }
        return usable;
    }
}
