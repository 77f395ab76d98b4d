/** The NSQ TCP door: commands, negotiation, deliveries and heartbeats of protocol V2. */
@NullMarked
package dev.chaski.server.nsq;

import org.jspecify.annotations.NullMarked;
