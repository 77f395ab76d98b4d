package dev.chaski.cli.tofile;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * How files are named and when the next one begins.
 *
 * @param workFolder where files are while they are written; absolute
 * @param outputFolder where they are when they are whole; absolute, perhaps the same
 * @param nameFormat with {@code <TOPIC>}, {@code <HOST>}, {@code <PID>}, {@code <REV>}, {@code <DATETIME>}; may name folders
 * @param dateText what {@code <DATETIME>} becomes
 * @param host what {@code <HOST>} becomes
 * @param gzipLevel 1 (fast) to 9 (small); 0: as it is
 * @param rotateBytes a file with more bytes of messages and line feeds is over, counted before they are compressed; 0: none is
 * @param rotateInterval how long a file is written to; zero: as long as its name stays the same
 * @param skipsEmpty whether a file is made only when there is something to write
 * @param clock the time, and the zone of {@code <DATETIME>}
 */
public record FileSettings(
        Path workFolder,
        Path outputFolder,
        String nameFormat,
        DateText dateText,
        String host,
        int gzipLevel,
        long rotateBytes,
        Duration rotateInterval,
        boolean skipsEmpty,
        Clock clock) {
    /** What stands for the number that keeps names apart. */
    public static final String REV = "<REV>";

    private static final int GZIP_LEVEL_MAX = 9;

    /**
     * Checks them.
     *
     * @throws IllegalArgumentException where they do not go together
     */
    public FileSettings {
        if (gzipLevel < 0 || gzipLevel > GZIP_LEVEL_MAX) {
            throw new IllegalArgumentException("the level of gzip is 1 to " + GZIP_LEVEL_MAX);
        }
        boolean needsNumber =
                gzipLevel > 0 || rotateBytes > 0 || !rotateInterval.isZero() || !workFolder.equals(outputFolder);
        if (needsNumber && !nameFormat.contains(REV)) {
            throw new IllegalArgumentException(
                    "--filename-format needs " + REV
                            + " with --gzip, --rotate-size, --rotate-interval or --work-dir: each file has to have a name of its own");
        }
        if (nameFormat.isBlank() || nameFormat.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("--filename-format is empty, or has control characters in it");
        }
    }

    boolean isGzip() {
        return gzipLevel > 0;
    }

    /** Whether files are begun and never gone on with; else a file of the same name is appended to. */
    boolean isNumbered() {
        return isGzip() || rotateBytes > 0 || !rotateInterval.isZero() || isMoved();
    }

    /** Whether files change their folder when they are whole. */
    boolean isMoved() {
        return !workFolder.equals(outputFolder);
    }
}
