/** Netty's event loops as the engine's loops, one group for all doors, and the sockets that doors listen on. */
@NullMarked
package dev.chaski.server.loops;

import org.jspecify.annotations.NullMarked;
