/** The authorization servers of NSQ: who may publish and subscribe to what. */
@NullMarked
package dev.chaski.server.auth;

import org.jspecify.annotations.NullMarked;
