package dev.chaski.log.inspect;

import java.nio.file.Path;

/**
 * A file in the quarantine.
 *
 * @param file where
 * @param bytes its length
 */
public record SetAside(Path file, long bytes) {}
