package dev.chaski.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies a data folder in use, which is what kill -9 would leave, since what was written is there; and removes one. */
final class Folders {
    private Folders() {}

    /** The change log first, so that no cursor is ahead of its messages; they may be ahead of it, as after a kill. */
    static void copyAsKilled(Path from, Path to) throws IOException {
        copyAll(from, from.resolve("changes"), to);
        copyAll(from, from, to);
    }

    /** A compacted segment has another name, which the first look did not see: looks again until nothing went. */
    private static void copyAll(Path root, Path from, Path to) throws IOException {
        boolean isWhole = copy(root, from, to);
        while (!isWhole) {
            isWhole = copy(root, from, to);
        }
    }

    /** Removes a folder of files. */
    static void remove(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.toList().reversed();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    /** Copies what is not there yet; false where a file went meanwhile. */
    private static boolean copy(Path root, Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.toList();
        } catch (java.io.UncheckedIOException e) {
            return false;
        }
        boolean isWhole = true;
        for (Path path : paths) {
            Path target = to.resolve(root.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else if (!Files.exists(target)) {
                isWhole &= copyFile(path, target);
            }
        }
        return isWhole;
    }

    private static boolean copyFile(Path path, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try {
            Files.copy(path, target);
            return true;
        } catch (NoSuchFileException e) {
            Files.deleteIfExists(target); // removed meanwhile
            return false;
        }
    }
}
