/** Asks brokers and lookups over HTTP: who is there, what they have, and to change it. Chaski or NSQ, all the same. */
@NullMarked
package dev.chaski.cli.nodes;

import org.jspecify.annotations.NullMarked;
