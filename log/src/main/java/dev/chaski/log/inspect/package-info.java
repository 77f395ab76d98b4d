/** A look into a data folder that changes nothing in it, also while a broker runs on it. */
@NullMarked
package dev.chaski.log.inspect;

import org.jspecify.annotations.NullMarked;
