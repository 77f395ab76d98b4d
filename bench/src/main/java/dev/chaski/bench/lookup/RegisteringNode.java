package dev.chaski.bench.lookup;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A node that registers topics at a lookup, as nsqd does but many in one write. Used by one thread at a time. */
public final class RegisteringNode implements AutoCloseable {
    /** Commands in one write: their answers fit into any socket's buffer. */
    private static final int BATCH = 256;

    /** The longest answer that is believed. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final int TIMEOUT_MS = 60_000;
    private static final String OK = "OK";

    private final Socket socket;
    private final DataInputStream in;

    private RegisteringNode(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /**
     * Connects and introduces itself.
     *
     * @param host of the lookup
     * @param port its TCP port
     * @param number differs from node to node
     * @return a node without topics
     * @throws BenchException where that does not work
     */
    public static RegisteringNode connect(String host, int port, int number) {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            RegisteringNode node = new RegisteringNode(socket);
            node.introduce(number);
            return node;
        } catch (IOException e) {
            close(socket);
            throw new BenchException(
                    Kind.UNREACHABLE,
                    "no lookup answers at " + host + ":" + port + " (is it running?): " + e.getMessage());
        }
    }

    private void introduce(int number) throws IOException {
        String name = "node-" + number + ".example";
        byte[] body = ("{\"broadcast_address\":\"" + name + "\",\"hostname\":\"" + name
                        + "\",\"tcp_port\":4150,\"http_port\":4151,\"version\":\"1.3.0\"}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] command = "  V1IDENTIFY\n".getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream()
                .write(ByteBuffer.allocate(command.length + Integer.BYTES + body.length)
                        .put(command)
                        .putInt(body.length)
                        .put(body)
                        .array());
        String answer = answer();
        if (answer.startsWith("E_")) {
            throw new IOException(answer);
        }
    }

    /**
     * Registers topics, each with a channel.
     *
     * @param topics their names
     * @throws BenchException where one is refused
     */
    public void register(List<String> topics) {
        try {
            for (int from = 0; from < topics.size(); from += BATCH) {
                List<String> some = topics.subList(from, Math.min(topics.size(), from + BATCH));
                StringBuilder commands = new StringBuilder();
                some.forEach(topic -> commands.append("REGISTER ").append(topic).append(" all\n"));
                socket.getOutputStream().write(commands.toString().getBytes(StandardCharsets.US_ASCII));
                for (String topic : some) {
                    String answer = answer();
                    if (!answer.equals(OK)) {
                        throw new BenchException(Kind.FAILED, "REGISTER " + topic + " was answered " + answer);
                    }
                }
            }
        } catch (IOException e) {
            throw new BenchException(Kind.FAILED, "the lookup hung up: " + e.getMessage());
        }
    }

    private String answer() throws IOException {
        int answerBytes = in.readInt();
        if (answerBytes < 0 || answerBytes > ANSWER_BYTES_MAX) {
            throw new IOException("an answer of " + answerBytes + " bytes: is this a lookup's TCP port?");
        }
        byte[] answer = new byte[answerBytes];
        in.readFully(answer);
        return new String(answer, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is over either way.
        }
    }
}
