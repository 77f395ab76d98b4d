/**
 * The API of the console under {@code /v1}: what a node has and what the nodes that lookups know have, what can be done
 * about it, and who may. docs/api.md tells it to its users.
 */
@NullMarked
package dev.chaski.server.admin;

import org.jspecify.annotations.NullMarked;
