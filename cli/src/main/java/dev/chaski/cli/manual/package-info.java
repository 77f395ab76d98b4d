/** What is made from the commands' own descriptions: manual pages, and completion for shells. */
@NullMarked
package dev.chaski.cli.manual;

import org.jspecify.annotations.NullMarked;
