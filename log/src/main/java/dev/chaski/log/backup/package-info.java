/** Backups of a data folder: written of a snapshot, checked, and brought back. */
@NullMarked
package dev.chaski.log.backup;

import org.jspecify.annotations.NullMarked;
