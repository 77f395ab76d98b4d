/** A registry on the local network without a server: multicast DNS with the records of Go Micro. */
@NullMarked
package dev.chaski.registry.mdns;

import org.jspecify.annotations.NullMarked;
