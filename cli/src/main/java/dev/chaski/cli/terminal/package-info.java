/** A terminal as more than a stream of text: its size, single keys, a screen that is drawn over. */
@NullMarked
package dev.chaski.cli.terminal;

import org.jspecify.annotations.NullMarked;
