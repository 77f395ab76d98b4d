/** Segments, commit records, recovery and freeing: a library with no network. */
@NullMarked
package dev.chaski.log;

import org.jspecify.annotations.NullMarked;
