/**
 * Writes the messages of topics to files, for {@code chaski to-file}. What was synced stays, whenever the process or the
 * machine dies; what was not is cut off at the next start, and its messages, which were not finished, come again.
 */
@NullMarked
package dev.chaski.cli.tofile;

import org.jspecify.annotations.NullMarked;
