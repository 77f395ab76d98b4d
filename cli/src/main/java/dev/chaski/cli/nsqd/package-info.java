/** Brings what an nsqd left in its folder into a folder of ours. */
@NullMarked
package dev.chaski.cli.nsqd;

import org.jspecify.annotations.NullMarked;
