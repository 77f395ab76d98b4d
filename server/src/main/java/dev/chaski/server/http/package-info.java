/** The HTTP and HTTPS door: nsqd's HTTP API. */
@NullMarked
package dev.chaski.server.http;

import org.jspecify.annotations.NullMarked;
