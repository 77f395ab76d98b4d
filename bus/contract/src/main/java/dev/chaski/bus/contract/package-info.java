/** What every plug-in is held to: extend {@link dev.chaski.bus.contract.BusContract} in its tests. */
@NullMarked
package dev.chaski.bus.contract;

import org.jspecify.annotations.NullMarked;
