/** Topics, channels, cursors, in-flight and deferred messages. */
@NullMarked
package dev.chaski.engine;

import org.jspecify.annotations.NullMarked;
