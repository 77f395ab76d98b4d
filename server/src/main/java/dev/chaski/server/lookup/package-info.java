/** The lookup TCP door: nsqlookupd's protocol, by which nodes register. */
@NullMarked
package dev.chaski.server.lookup;

import org.jspecify.annotations.NullMarked;
