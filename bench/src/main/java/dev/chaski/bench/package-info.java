/** JMH benchmarks, and what chaski bench runs. */
@NullMarked
package dev.chaski.bench;

import org.jspecify.annotations.NullMarked;
