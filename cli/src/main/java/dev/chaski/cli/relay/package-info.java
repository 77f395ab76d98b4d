/** Carries messages on to HTTP servers and to other brokers, for {@code chaski to-http} and {@code chaski bridge}. */
@NullMarked
package dev.chaski.cli.relay;

import org.jspecify.annotations.NullMarked;
