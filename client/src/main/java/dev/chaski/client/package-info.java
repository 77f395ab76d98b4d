/**
 * The Java client for Chaski and for any other NSQ: {@link dev.chaski.client.Producer} publishes,
 * {@link dev.chaski.client.Consumer} consumes. Blocking code on virtual threads; all that is thrown at run time is a
 * {@link dev.chaski.client.ClientException}.
 */
@NullMarked
package dev.chaski.client;

import org.jspecify.annotations.NullMarked;
