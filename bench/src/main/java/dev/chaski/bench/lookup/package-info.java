/** Nodes that register at a lookup, and those who ask it. */
@NullMarked
package dev.chaski.bench.lookup;

import org.jspecify.annotations.NullMarked;
