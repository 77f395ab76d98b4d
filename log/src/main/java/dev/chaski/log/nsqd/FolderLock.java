package dev.chaski.log.nsqd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who holds the lock that nsqd has on its folder (flock, which Java cannot ask for), by what Linux tells of locks in
 * {@code /proc}. Elsewhere nobody is found.
 */
final class FolderLock {
    private static final Path LOCKS = Path.of("/proc/locks");

    private FolderLock() {}

    /** The number of the process that holds a lock on a folder, or -1. */
    static long holder(Path folder) {
        try {
            String inode = String.valueOf(Files.getAttribute(folder, "unix:ino"));
            for (String line : Files.readAllLines(LOCKS, StandardCharsets.US_ASCII)) {
                String[] words = line.trim().split("\\s+", -1);
                // 1: FLOCK ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF
                if (words.length > 5 && words[1].equals("FLOCK") && words[5].endsWith(":" + inode)) {
                    long process = Long.parseLong(words[4]);
                    if (hasOpen(process, folder)) {
                        return process;
                    }
                }
            }
            return -1;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return -1; // another system: nothing is known
        }
    }

    /** The number of an inode is unique on one file system only: does the process have this very folder open? */
    private static boolean hasOpen(long process, Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc", Long.toString(process), "fd"))) {
            Path wanted = folder.toRealPath();
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).equals(wanted)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true; // another user's process: better to ask once too often
        }
    }
}
