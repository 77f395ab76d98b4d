package dev.chaski.registry.mdns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One network interface's multicast DNS groups, of IPv4 and, where it has them, of IPv6. Any thread may send. */
final class MulticastLink implements AutoCloseable {
    static final int PORT = 5353;
    private static final Logger LOG = LoggerFactory.getLogger(MulticastLink.class);
    private static final String[] GROUPS = {"224.0.0.251", "ff02::fb"};
    /** The longest packet of multicast DNS (RFC 6762, section 17). */
    private static final int PACKET_BYTES_MAX = 9_000;
    /** Multicast DNS never leaves the local network. */
    private static final int TIME_TO_LIVE = 255;

    private final MulticastSocket socket;
    private final NetworkInterface network;
    private final List<InetSocketAddress> groups = new ArrayList<>();

    private MulticastLink(NetworkInterface network) throws IOException {
        this.network = network;
        socket = new MulticastSocket(PORT);
        try {
            socket.setNetworkInterface(network);
            socket.setTimeToLive(TIME_TO_LIVE);
            for (String group : GROUPS) {
                join(new InetSocketAddress(InetAddress.getByName(group), PORT));
            }
            if (groups.isEmpty()) {
                throw new IOException("no multicast group can be joined on " + network.getName());
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void join(InetSocketAddress group) {
        try {
            socket.joinGroup(group, network);
            groups.add(group);
        } catch (IOException e) {
            LOG.debug("group not joined interface={} group={} error=\"{}\"", network.getName(), group, e.toString());
        }
    }

    static List<MulticastLink> open(String address) throws IOException {
        NetworkInterface network = NetworkInterface.getByInetAddress(InetAddress.getByName(address));
        if (network == null) {
            throw new IOException("no network interface has the address " + address);
        }
        return List.of(new MulticastLink(network));
    }

    static List<MulticastLink> openAll() throws IOException {
        List<MulticastLink> links = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp() && network.supportsMulticast() && !network.isLoopback()) {
                links.add(new MulticastLink(network));
            }
        }
        return links.isEmpty() ? open(InetAddress.getLoopbackAddress().getHostAddress()) : links;
    }

    /** Reads until it is closed. */
    void receive(BiConsumer<byte[], InetSocketAddress> reader) {
        byte[] buffer = new byte[PACKET_BYTES_MAX];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.warn("multicast not read interface={} error=\"{}\"", network.getName(), e.toString());
                    pause();
                }
                continue;
            }
            byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
            reader.accept(bytes, (InetSocketAddress) packet.getSocketAddress());
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To all who listen on this network. */
    void multicast(byte[] bytes) {
        groups.forEach(group -> send(bytes, group));
    }

    /** To one, who asked from a port of its own. */
    void send(byte[] bytes, SocketAddress receiver) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, receiver));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                LOG.debug("packet not sent interface={} to={} error=\"{}\"", network.getName(), receiver, e.toString());
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
