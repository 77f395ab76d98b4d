/** Reads what nsqd left in its data folder. */
@NullMarked
package dev.chaski.log.nsqd;

import org.jspecify.annotations.NullMarked;
