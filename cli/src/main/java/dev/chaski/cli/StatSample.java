package dev.chaski.cli;

import dev.chaski.cli.nodes.Failure;
import dev.chaski.cli.nodes.HttpAddress;
import dev.chaski.cli.nodes.NodeStats;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One look at all nodes.
 *
 * @param timeMs when, since 1970
 * @param atNs when, by the clock that never jumps
 * @param nodes what each has that answered
 * @param absent nodes that did not
 * @param lookupFailures of lookups
 */
record StatSample(
        long timeMs, long atNs, Map<HttpAddress, NodeStats> nodes, List<Failure> absent, List<Failure> lookupFailures) {
    /** Nodes that should be there. */
    int nodesKnown() {
        return nodes.size() + absent.size();
    }

    /** Of both. */
    List<Failure> failures() {
        return Stream.concat(lookupFailures.stream(), absent.stream()).toList();
    }
}
