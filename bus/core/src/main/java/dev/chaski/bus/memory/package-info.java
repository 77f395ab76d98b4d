/** A bus within one Java process. */
@NullMarked
package dev.chaski.bus.memory;

import org.jspecify.annotations.NullMarked;
