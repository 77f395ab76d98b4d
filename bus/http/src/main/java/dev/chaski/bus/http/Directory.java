package dev.chaski.bus.http;

import dev.chaski.registry.Node;
import dev.chaski.registry.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who subscribes to what, as the registry told last. Any thread. */
final class Directory {
    private volatile List<Service> services = List.of();

    void told(List<Service> now) {
        services = now;
    }

    /** Who is to get a message now: each queue once, and each broadcast subscription. */
    List<Target> targets(String topic) {
        List<Target> targets = new ArrayList<>();
        for (Service service : services) {
            for (Node node : service.nodes()) {
                if (Records.isOf(node, topic)) {
                    boolean isBroadcast = service.version().equals(Records.BROADCAST);
                    targets.add(new Target(topic, service.version(), isBroadcast ? node.id() : ""));
                    if (!isBroadcast) {
                        break;
                    }
                }
            }
        }
        return targets;
    }

    /** The nodes that a target's messages may go to. */
    List<Node> nodes(Target target) {
        List<Node> nodes = new ArrayList<>();
        for (Service service : services) {
            if (service.version().equals(target.version())) {
                for (Node node : service.nodes()) {
                    boolean isMeant = target.isQueue() || node.id().equals(target.node());
                    if (isMeant && Records.isOf(node, target.topic())) {
                        nodes.add(node);
                    }
                }
            }
        }
        return nodes;
    }

    Set<String> topics() {
        Set<String> topics = new TreeSet<>();
        for (Service service : services) {
            for (Node node : service.nodes()) {
                topics.add(node.metadata().getOrDefault("topic", ""));
            }
        }
        return topics;
    }
}
