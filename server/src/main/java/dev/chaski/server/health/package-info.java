/** Whether the broker lives and may be sent clients, for whoever starts and balances it. */
@NullMarked
package dev.chaski.server.health;

import org.jspecify.annotations.NullMarked;
