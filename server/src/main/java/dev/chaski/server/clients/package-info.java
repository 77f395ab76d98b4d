/** Who is connected, for statistics. */
@NullMarked
package dev.chaski.server.clients;

import org.jspecify.annotations.NullMarked;
