/** Which nodes there are, and which topics and channels they have: what a lookup knows, whoever it hears it from. */
@NullMarked
package dev.chaski.server.directory;

import org.jspecify.annotations.NullMarked;
