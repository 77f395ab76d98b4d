/** Where nodes announce themselves and are found. */
@NullMarked
package dev.chaski.registry;

import org.jspecify.annotations.NullMarked;
