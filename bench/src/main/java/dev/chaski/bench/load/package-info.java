/**
 * Sockets that produce load: hand-written, with commands encoded before the run and frames walked without a copy, so
 * that the generator costs less than what it measures.
 */
@NullMarked
package dev.chaski.bench.load;

import org.jspecify.annotations.NullMarked;
