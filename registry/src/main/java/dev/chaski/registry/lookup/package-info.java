/** Registration at nsqlookupd instances, and the channels that they know. */
@NullMarked
package dev.chaski.registry.lookup;

import org.jspecify.annotations.NullMarked;
