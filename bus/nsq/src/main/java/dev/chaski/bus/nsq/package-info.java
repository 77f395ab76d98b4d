/** Chaski, and any other NSQ, as a plug-in of the bus. {@link dev.chaski.bus.nsq.NsqBusPlugin} is where to begin. */
@NullMarked
package dev.chaski.bus.nsq;

import org.jspecify.annotations.NullMarked;
