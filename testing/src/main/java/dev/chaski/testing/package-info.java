/** A broker inside JUnit tests. */
@NullMarked
package dev.chaski.testing;

import org.jspecify.annotations.NullMarked;
