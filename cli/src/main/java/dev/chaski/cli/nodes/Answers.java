package dev.chaski.cli.nodes;

import java.util.List;

/**
 * What those said who were asked the same.
 *
 * @param values in the order in which they were asked
 * @param failures of those who did not answer properly
 * @param <T> of an answer
 */
public record Answers<T>(List<T> values, List<Failure> failures) {}
