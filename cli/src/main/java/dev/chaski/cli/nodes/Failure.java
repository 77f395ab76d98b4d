package dev.chaski.cli.nodes;

/**
 * Somebody who did not answer properly.
 *
 * @param where who
 * @param what what happened, the address included
 * @param isUnreachable whether there was no answer at all
 */
public record Failure(HttpAddress where, String what, boolean isUnreachable) {}
