/** The chaski command. */
@NullMarked
package dev.chaski.cli;

import org.jspecify.annotations.NullMarked;
