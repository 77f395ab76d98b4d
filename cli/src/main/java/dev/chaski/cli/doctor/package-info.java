/** Looks at a machine and at options of a broker: what is wrong, and what to do. */
@NullMarked
package dev.chaski.cli.doctor;

import org.jspecify.annotations.NullMarked;
