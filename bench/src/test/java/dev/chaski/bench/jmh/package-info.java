/** JMH: the log and the channel alone, without a network. docs/bench.md tells how to run them. */
@NullMarked
package dev.chaski.bench.jmh;

import org.jspecify.annotations.NullMarked;
