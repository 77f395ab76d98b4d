package dev.chaski.systemtests;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Random;

/** Holds conversations of plausible nonsense with a broker: right words, wrong order, odd arguments. Used by one thread. */
final class CommandFuzzer {
    private static final List<String> COMMANDS = List.of(
            "IDENTIFY",
            "SUB",
            "PUB",
            "MPUB",
            "DPUB",
            "RDY",
            "FIN",
            "REQ",
            "TOUCH",
            "CLS",
            "NOP",
            "AUTH",
            "pub",
            "X",
            "");
    private static final List<String> ARGUMENTS = List.of(
            "fuzz",
            "fuzz#ephemeral",
            "work",
            "..",
            "#ephemeral",
            "a".repeat(64),
            "a".repeat(65),
            "ä",
            "0",
            "1",
            "-1",
            "2500",
            "2501",
            "99999999999999999999",
            "0000000000000000",
            "000000000000000g",
            "ffffffffffffffff",
            "",
            " ",
            "\0",
            "1e3",
            "+5");
    private static final List<String> BODIES = List.of(
            "x",
            "{}",
            "{\"heartbeat_interval\":-1}",
            "{\"heartbeat_interval\":1}",
            "{\"snappy\":true,\"deflate\":true}",
            "{\"msg_timeout\":\"soon\"}",
            "[]",
            "null",
            "{\"sample_rate\":100}",
            "{\"output_buffer_size\":1}",
            "{\"feature_negotiation\":true}",
            "{",
            "\0\0\0\1\0\0\0\1x",
            "\0\0\0\2\0\0\0\1x");
    private static final int COMMANDS_MAX = 12;
    private static final int READ_TIMEOUT_MS = 2_000;

    private final Random random;

    CommandFuzzer(Random random) {
        this.random = random;
    }

    /** One connection: sends some commands and reads valid frames until the broker closes or has no more to say. */
    void converse(InetSocketAddress address) throws IOException {
        try (RawNsq nsq = RawNsq.connect(address).readTimeoutMs(READ_TIMEOUT_MS)) {
            int commands = 1 + random.nextInt(COMMANDS_MAX);
            for (int i = 0; i < commands; i++) {
                nsq.send(command());
            }
            nsq.socket().shutdownOutput();
            while (true) {
                nsq.read();
            }
        } catch (EOFException | SocketException e) {
            // The end of the conversation: orderly, or reset because more of ours was on its way.
        }
    }

    private byte[] command() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        String command = pick(COMMANDS);
        out.writeBytes(command);
        int arguments = random.nextInt(4);
        for (int i = 0; i < arguments; i++) {
            out.writeBytes(" " + pick(ARGUMENTS));
        }
        out.writeBytes(random.nextInt(8) == 0 ? "\r\n" : "\n");
        boolean hasBody = List.of("IDENTIFY", "PUB", "MPUB", "DPUB", "AUTH").contains(command);
        if (hasBody && random.nextInt(10) > 0) {
            String body = pick(BODIES);
            out.writeInt(random.nextInt(6) == 0 ? random.nextInt() : body.length());
            out.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
