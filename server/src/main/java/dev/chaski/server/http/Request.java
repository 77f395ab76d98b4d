package dev.chaski.server.http;

/**
 * A whole request for an endpoint that may block.
 *
 * @param query what follows the question mark
 * @param argument last segment of the path where the endpoint takes one, else empty
 * @param body its body, where the endpoint reads one
 */
record Request(Query query, String argument, String body) {}
