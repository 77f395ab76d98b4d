/** What {@code /metrics} tells Prometheus. */
@NullMarked
package dev.chaski.server.metrics;

import org.jspecify.annotations.NullMarked;
