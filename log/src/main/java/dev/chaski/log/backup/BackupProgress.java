package dev.chaski.log.backup;

/** Is told how far a backup or a restore is. Called by the thread that works, after each part of a file. */
@FunctionalInterface
public interface BackupProgress {
    /** Tells nobody. */
    BackupProgress NONE = (doneBytes, allBytes, file) -> {};

    /**
     * How far it is.
     *
     * @param doneBytes of {@code allBytes}
     * @param allBytes of all files
     * @param file the one at work, as the manifest names it
     */
    void at(long doneBytes, long allBytes, String file);
}
