package dev.chaski.cli.tofile;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Names in folders that outlive a power cut. Any thread. */
final class Folders {
    private Folders() {}

    /** Makes a folder and those above it, and syncs each that got an entry. */
    static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            create(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) { // else another process was quicker
                throw e;
            }
        }
        if (parent != null) {
            sync(parent);
        }
    }

    /** Makes durable which names a folder has. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Gives a file another name, and never that of another file.
     *
     * @return false where there is a file of that name
     */
    static boolean move(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isSameFile(from, to)) { // else a process died between the two steps
                return false;
            }
        } catch (UnsupportedOperationException | FileSystemException e) { // a file system without links
            if (Files.exists(to)) {
                return false;
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
        sync(parent(to)); // before the other name goes
        Files.deleteIfExists(from);
        sync(parent(from));
        return true;
    }

    static Path parent(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new NoSuchFileException(file.toString(), null, "it is in no folder");
        }
        return parent;
    }
}
