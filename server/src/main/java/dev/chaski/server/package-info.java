/** The doors (NSQ, HTTP, lookup), the console, metrics and configuration. */
@NullMarked
package dev.chaski.server;

import org.jspecify.annotations.NullMarked;
