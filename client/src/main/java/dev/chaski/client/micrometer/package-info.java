/** Figures of producers and consumers for Micrometer, which is not brought along: add it to use this. */
@NullMarked
package dev.chaski.client.micrometer;

import org.jspecify.annotations.NullMarked;
