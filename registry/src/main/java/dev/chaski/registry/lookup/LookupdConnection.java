package dev.chaski.registry.lookup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One connection to a lookupd, in blocking mode. Owned by the peer's thread; {@link #close} from any thread. */
final class LookupdConnection implements AutoCloseable {
    private static final byte[] MAGIC = "  V1".getBytes(StandardCharsets.US_ASCII);
    /** Answers are a word, or a small object of JSON. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final OutputStream out;
    private final DataInputStream in;

    private LookupdConnection(SocketChannel channel) throws IOException {
        this.channel = channel;
        out = channel.socket().getOutputStream();
        in = new DataInputStream(channel.socket().getInputStream());
    }

    static LookupdConnection open(InetSocketAddress address, LookupLimits limits) throws IOException {
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new UnknownHostException("no such host: " + address.getHostString());
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(resolved, limits.connectMs());
            channel.socket().setTcpNoDelay(true);
            channel.socket().setSoTimeout(limits.answerMs());
            LookupdConnection connection = new LookupdConnection(channel);
            connection.out.write(MAGIC);
            return connection;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Introduces this node, and returns where the lookupd serves HTTP. */
    InetSocketAddress identify(NodeIdentity identity) throws IOException {
        byte[] body = identity.json();
        ByteBuffer command = ByteBuffer.allocate("IDENTIFY\n".length() + Integer.BYTES + body.length);
        command.put("IDENTIFY\n".getBytes(StandardCharsets.US_ASCII));
        command.putInt(body.length).put(body);
        out.write(command.array());
        String answer = answer();
        if (answer.startsWith("E_")) {
            throw new IOException("it refused IDENTIFY: " + answer);
        }
        JsonNode json = JSON.readTree(answer);
        return InetSocketAddress.createUnresolved(
                json.path("broadcast_address").asText(""),
                json.path("http_port").asInt(0));
    }

    /** Sends commands in one write and reads as many answers. */
    void send(List<String> commands) throws IOException {
        out.write(String.join("", commands).getBytes(StandardCharsets.US_ASCII));
        for (String command : commands) {
            String answer = answer();
            if (!answer.equals("OK")) {
                throw new IOException("it refused \"" + command.trim() + "\": " + answer);
            }
        }
    }

    /** Looks whether the other side is still there; nothing may be on its way. */
    void probe() throws IOException {
        channel.configureBlocking(false);
        int read = channel.read(ByteBuffer.allocate(1));
        channel.configureBlocking(true);
        if (read != 0) {
            throw new IOException(read < 0 ? "it closed the connection" : "it sent what nobody asked for");
        }
    }

    private String answer() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > ANSWER_BYTES_MAX) {
            throw new IOException("an answer of " + length + " bytes; is it an nsqlookupd's TCP port?");
        }
        byte[] answer = new byte[length];
        in.readFully(answer);
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is given up either way.
        }
    }
}
