/** Who changed what: the log of administrative actions. */
@NullMarked
package dev.chaski.server.audit;

import org.jspecify.annotations.NullMarked;
