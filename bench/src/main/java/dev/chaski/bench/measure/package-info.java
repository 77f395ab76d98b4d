/** What is known about a run: latencies, CPU, memory, and how they are told. */
@NullMarked
package dev.chaski.bench.measure;

import org.jspecify.annotations.NullMarked;
