package dev.chaski.cli.doctor;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Whether those answer whom the broker is to talk to, and whether others can reach it as it says of itself. */
final class ReachCheck {
    private static final String SUBJECT = "reach";
    private static final int CONNECT_MS = 3000;
    private static final int ANSWER_BYTES_MAX = 1 << 16;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Options options;

    ReachCheck(Options options) {
        this.options = options;
    }

    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        for (HostPort lookup : options.get(OptionTable.LOOKUPD_TCP_ADDRESS)) {
            findings.add(lookup(lookup.host(), lookup.port()));
        }
        for (URI registry : options.get(OptionTable.REGISTRY)) {
            registry(registry, findings);
        }
        for (String server : options.get(OptionTable.AUTH_HTTP_ADDRESS)) {
            URI uri = URI.create(server.contains("://") ? server : "http://" + server);
            findings.add(tcp("authorization server " + server, uri, "every client that shows a secret is refused"));
        }
        boolean isFound = !options.get(OptionTable.LOOKUPD_TCP_ADDRESS).isEmpty()
                || !options.get(OptionTable.REGISTRY).isEmpty();
        if (isFound) {
            findings.add(broadcast(options.get(OptionTable.BROADCAST_ADDRESS)));
        }
        return findings.isEmpty() ? List.of(Finding.ok(SUBJECT, "it is to talk to nobody")) : findings;
    }

    /** Speaks its protocol: another service on that port is none. */
    private static Finding lookup(String host, int port) {
        String name = "lookup " + new HostPort(host, port);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
            socket.setSoTimeout(CONNECT_MS);
            socket.getOutputStream().write("  V1PING\n".getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int size = in.readInt();
            byte[] answer = in.readNBytes(Math.clamp(size, 0, ANSWER_BYTES_MAX));
            return new String(answer, StandardCharsets.US_ASCII).equals("OK")
                    ? Finding.ok(SUBJECT, name + " answers")
                    : Finding.warn(SUBJECT, name + " answers as no lookup does", "give its TCP port, mostly 4160");
        } catch (IOException e) {
            return Finding.warn(
                    SUBJECT,
                    name + " does not answer: " + e,
                    "consumers find this node there as soon as it runs: start it, or look at firewalls");
        }
    }

    private static void registry(URI registry, List<Finding> findings) {
        String authority = registry.getRawAuthority();
        if (authority == null) {
            return; // in memory, or multicast: nobody to ask
        }
        int usual = "etcd".equals(registry.getScheme()) ? 2379 : 4161;
        for (String each : authority.split(",", -1)) {
            if (!"mdns".equals(registry.getScheme())) {
                URI one = URI.create(registry.getScheme() + "://" + each);
                int port = one.getPort() < 0 ? usual : one.getPort();
                URI whole = URI.create(registry.getScheme() + "://" + one.getHost() + ":" + port);
                findings.add(tcp("registry " + whole, whole, "the node is announced there as soon as it answers"));
            }
        }
    }

    private static Finding tcp(String name, URI uri, String advice) {
        int usual = "https".equals(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(String.valueOf(uri.getHost()), port), CONNECT_MS);
            return Finding.ok(SUBJECT, name + " takes connections");
        } catch (IOException e) {
            return Finding.warn(SUBJECT, name + " takes no connections: " + e, advice);
        }
    }

    private static Finding broadcast(String address) {
        try {
            InetAddress found = InetAddress.getByName(address);
            return found.isLoopbackAddress()
                    ? Finding.warn(
                            SUBJECT,
                            "others are told to connect to " + address + ", which here is " + found.getHostAddress(),
                            "give --broadcast-address, unless all of them are on this machine")
                    : Finding.ok(SUBJECT, "others are told to connect to " + found.getHostAddress());
        } catch (UnknownHostException e) {
            return Finding.warn(
                    SUBJECT,
                    "others are told to connect to " + address + ", which is no host that this machine knows",
                    "give --broadcast-address");
        }
    }
}
