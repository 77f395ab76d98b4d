package dev.chaski.systemtests;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Registers a topic at a lookup for an address where no broker is. Each has a connection there, and perhaps a port. */
final class LyingNode implements AutoCloseable {
    private final Socket lookup;
    private final ServerSocket door;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    private LyingNode(int lookupPort, String topic, String host, int port, ServerSocket door) throws IOException {
        this.door = door;
        lookup = new Socket(InetAddress.getLoopbackAddress(), lookupPort);
        DataOutputStream out = new DataOutputStream(lookup.getOutputStream());
        DataInputStream in = new DataInputStream(lookup.getInputStream());
        byte[] identity = ("{\"broadcast_address\":\"" + host + "\",\"hostname\":\"liar\",\"tcp_port\":" + port
                        + ",\"http_port\":1,\"version\":\"1.3.0\"}")
                .getBytes(StandardCharsets.UTF_8);
        out.writeBytes("  V1IDENTIFY\n");
        out.writeInt(identity.length);
        out.write(identity);
        in.readNBytes(in.readInt());
        out.writeBytes("REGISTER " + topic + "\n");
        String answer = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        if (!answer.equals("OK")) {
            throw new IOException("the lookup says " + answer);
        }
    }

    /** Accepts connections, says something, and nothing more. */
    static LyingNode saying(int lookupPort, String topic, String words) throws IOException {
        ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        LyingNode node = new LyingNode(lookupPort, topic, "127.0.0.1", door.getLocalPort(), door);
        Thread.ofVirtual().start(() -> node.accept(words));
        return node;
    }

    /** Says that it is where somebody else is, or nobody. */
    static LyingNode claiming(int lookupPort, String topic, String host, int port) throws IOException {
        return new LyingNode(lookupPort, topic, host, port, new ServerSocket());
    }

    private void accept(String words) {
        try {
            while (true) {
                Socket connection = door.accept();
                accepted.add(connection);
                connection.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
                connection.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        lookup.close();
        door.close();
        for (Socket each : accepted) {
            each.close();
        }
    }
}
