/** What an operator can set: one table of options behind flags, environment, file, help and documents. */
@NullMarked
package dev.chaski.server.config;

import org.jspecify.annotations.NullMarked;
