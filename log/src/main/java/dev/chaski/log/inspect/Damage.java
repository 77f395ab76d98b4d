package dev.chaski.log.inspect;

import java.nio.file.Path;

/**
 * Something in a folder that is not as it was written.
 *
 * @param file where
 * @param messages how many messages it concerns, 0 where that is not known
 * @param what is wrong, for the operator
 */
public record Damage(Path file, long messages, String what) {}
