package dev.chaski.server;

import dev.chaski.registry.Node;
import dev.chaski.registry.Service;
import dev.chaski.server.stats.NodeInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** How this node stands in a registry. docs/running.md tells it to those who look for it. */
final class NodeRecord {
    /** The service that every Chaski serves. */
    static final String SERVICE = "chaski";

    private NodeRecord() {}

    /**
     * The record. Topics are not in it: they come and go by the thousand, and a record of multicast DNS is one packet;
     * nsqlookupd is told of them, and everybody else may ask {@code /stats}.
     *
     * @param info what the node tells of itself
     * @param httpsPort 0 for none
     */
    static Service of(NodeInfo info, int httpsPort) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("protocol", "nsq");
        metadata.put("hostname", info.hostname());
        metadata.put("version", info.version());
        metadata.put("tcp_port", Integer.toString(info.tcpPort()));
        metadata.put("http_port", Integer.toString(info.httpPort()));
        if (httpsPort != 0) {
            metadata.put("https_port", Integer.toString(httpsPort));
        }
        putUnlessEmpty(metadata, "topology_zone", info.topologyZone());
        putUnlessEmpty(metadata, "topology_region", info.topologyRegion());
        String host = info.broadcastAddress();
        String address = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + info.tcpPort();
        // The same after a restart, which takes the place of what a crash left there.
        String id = SERVICE + "-" + host + "-" + info.tcpPort();
        return Service.of(SERVICE, info.version(), new Node(id, address, metadata));
    }

    private static void putUnlessEmpty(Map<String, String> metadata, String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value);
        }
    }
}
