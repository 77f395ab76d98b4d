/** A registry within one Java process. */
@NullMarked
package dev.chaski.registry.memory;

import org.jspecify.annotations.NullMarked;
