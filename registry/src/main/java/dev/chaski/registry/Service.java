package dev.chaski.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nodes that serve the same thing in the same version.
 *
 * @param name of the service
 * @param version of the service; for a Go Micro broker the name of the queue
 * @param metadata what else there is to know of it
 * @param nodes who serves it
 */
public record Service(String name, String version, Map<String, String> metadata, List<Node> nodes) {
    /** Its parts do not change any more. */
    public Service {
        metadata = Map.copyOf(metadata);
        nodes = List.copyOf(nodes);
    }

    /**
     * A service with one node.
     *
     * @param name of the service
     * @param version of the service
     * @param node who serves it
     * @return the service
     */
    public static Service of(String name, String version, Node node) {
        return new Service(name, version, Map.of(), List.of(node));
    }

    /**
     * Puts the nodes of equal name and version together. A node that is told twice counts once.
     *
     * @param parts services in any order
     * @return one service for each name and version, in that order, its nodes by id
     */
    public static List<Service> merge(Collection<Service> parts) {
        Map<String, Map<String, Map<String, Node>>> nodes = new TreeMap<>();
        Map<String, Map<String, String>> metadata = new LinkedHashMap<>();
        for (Service part : parts) {
            Map<String, Node> merged = nodes.computeIfAbsent(part.name, name -> new TreeMap<>())
                    .computeIfAbsent(part.version, version -> new TreeMap<>());
            part.nodes.forEach(node -> merged.put(node.id(), node));
            metadata.merge(part.name + '\0' + part.version, part.metadata, (a, b) -> a.isEmpty() ? b : a);
        }
        List<Service> services = new ArrayList<>();
        nodes.forEach((name, versions) -> versions.forEach((version, merged) -> services.add(new Service(
                name, version, metadata.getOrDefault(name + '\0' + version, Map.of()), List.copyOf(merged.values())))));
        services.sort(Comparator.comparing(Service::name).thenComparing(Service::version));
        return services;
    }
}
