/** NATS JetStream as a plug-in of the bus. {@link dev.chaski.bus.nats.NatsBusPlugin} is where to begin. */
@NullMarked
package dev.chaski.bus.nats;

import org.jspecify.annotations.NullMarked;
