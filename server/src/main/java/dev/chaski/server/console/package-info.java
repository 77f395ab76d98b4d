/** Serves the console's pages, which are files of the class path. */
@NullMarked
package dev.chaski.server.console;

import org.jspecify.annotations.NullMarked;
