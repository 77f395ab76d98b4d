/** What {@code /stats} tells and what is pushed to statsd, under nsqd's names. */
@NullMarked
package dev.chaski.server.stats;

import org.jspecify.annotations.NullMarked;
