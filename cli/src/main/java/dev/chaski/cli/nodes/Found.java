package dev.chaski.cli.nodes;

import java.util.List;
import java.util.SortedSet;

/**
 * Who is there.
 *
 * @param nodes by address
 * @param topics what the lookups know
 * @param failures lookups that did not answer
 */
public record Found(List<Node> nodes, SortedSet<String> topics, List<Failure> failures) {}
