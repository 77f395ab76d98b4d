/** File layers for tests: one that loses what was not synced, one that is full or broken. */
@NullMarked
package dev.chaski.log.faults;

import org.jspecify.annotations.NullMarked;
