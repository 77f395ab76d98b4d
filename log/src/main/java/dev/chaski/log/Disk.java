package dev.chaski.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file layer: the real one, or one that loses, tears and refuses in a test. Any thread. */
public interface Disk {
    /**
     * The operating system's files.
     *
     * @return the real layer
     */
    static Disk real() {
        return RealDisk.INSTANCE;
    }

    /**
     * The operating system's files, for those who only look: whatever would change something throws, and a file that is
     * missing is not made.
     *
     * @return the layer
     */
    static Disk readOnly() {
        return ReadOnlyDisk.INSTANCE;
    }

    /**
     * Opens a file for reading and writing, making it when missing.
     *
     * @param path the file
     * @return the open file
     * @throws IOException where that fails
     */
    DiskFile open(Path path) throws IOException;

    /**
     * Makes a folder and its parents, durably.
     *
     * @param folder the folder
     * @throws IOException where that fails
     */
    void makeFolder(Path folder) throws IOException;

    /**
     * Makes a folder and its parents without waiting for the disk: they last when {@link #syncFolder} was called for
     * the folder above each.
     *
     * @param folder the folder
     * @throws IOException where that fails
     */
    default void makeFolderUnsynced(Path folder) throws IOException {
        makeFolder(folder);
    }

    /**
     * Moves a file, replacing what is there, at once.
     *
     * @param from the file
     * @param to its new path on the same file system
     * @throws IOException where that fails
     */
    void move(Path from, Path to) throws IOException;

    /**
     * Removes a file where it exists.
     *
     * @param path the file
     * @throws IOException where that fails
     */
    void delete(Path path) throws IOException;

    /**
     * Whether a file has a second name (a hard link, as of a backup), so that its bytes must stay as they are.
     *
     * @param path the file
     * @return true where it has
     * @throws IOException where that fails
     */
    default boolean hasOtherNames(Path path) throws IOException {
        return false;
    }

    /**
     * Gives a file a second name.
     *
     * @param file the file
     * @param name its other name, on the same file system, where nothing is yet
     * @throws IOException where that fails, as on a file system without hard links
     */
    default void link(Path file, Path name) throws IOException {
        throw new IOException("no second name for " + file + " on this disk");
    }

    /**
     * What a folder holds.
     *
     * @param folder the folder
     * @return paths, sorted; empty where there is no such folder
     * @throws IOException where that fails
     */
    List<Path> list(Path folder) throws IOException;

    /**
     * Makes the names in a folder durable.
     *
     * @param folder the folder
     * @throws IOException where that fails
     */
    void syncFolder(Path folder) throws IOException;

    /**
     * Free space.
     *
     * @param folder a folder on the file system
     * @return bytes that may still be written
     * @throws IOException where that fails
     */
    long usableBytes(Path folder) throws IOException;

    /**
     * How many files and sockets the process may have open.
     *
     * @return a count; {@link Long#MAX_VALUE} where it is not known
     */
    default long descriptorsMax() {
        return Long.MAX_VALUE;
    }
}
