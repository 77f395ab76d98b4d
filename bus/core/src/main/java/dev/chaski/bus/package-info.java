/**
 * A pluggable message bus: one interface, and a plug-in for each thing that carries messages. {@link dev.chaski.bus.Bus}
 * is where to begin.
 */
@NullMarked
package dev.chaski.bus;

import org.jspecify.annotations.NullMarked;
