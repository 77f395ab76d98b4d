package dev.chaski.server.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.directory.DirectoryLimits;
import dev.chaski.server.directory.DirectoryTimes;
import dev.chaski.server.loops.Loops;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One client that is slow, silent, greedy or mad harms no other. */
@Timeout(60)
class LookupDoorTest {
    private static final String INTRODUCTION =
            "{\"broadcast_address\":\"h\",\"tcp_port\":1,\"http_port\":2,\"version\":\"1.3.0\"}";

    private Loops loops;
    private Directory directory;
    private LookupDoor door;

    @BeforeEach
    void open() throws IOException {
        open(300);
    }

    private void open(long silenceMs) throws IOException {
        loops = Loops.start(1, 100_000);
        directory = new Directory(
                DirectoryTimes.defaults(),
                new DirectoryLimits(100, 100, 3),
                System::nanoTime,
                Thread::startVirtualThread);
        LookupDoorConfig config = new LookupDoorConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                50,
                new LookupDoorConfig.Patience(silenceMs, 300),
                () -> new LookupIdentity("here", "here", 4160, 4161, "1.3.0"));
        door = LookupDoor.open(config, directory, loops);
    }

    @AfterEach
    void close() {
        door.close();
        loops.close();
    }

    private Socket connect(String first) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), door.address().getPort());
        socket.setSoTimeout(15_000);
        send(socket, "  V1" + first);
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[in.readInt()];
        in.readFully(answer);
        return new String(answer, StandardCharsets.ISO_8859_1);
    }

    private static String identify() {
        byte[] size = ByteBuffer.allocate(4).putInt(INTRODUCTION.length()).array();
        return "IDENTIFY\n" + new String(size, StandardCharsets.ISO_8859_1) + INTRODUCTION;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Test
    void whoSaysNothingWholeIsClosedAndWhoIsIdentifiedMayBeSilent() throws IOException {
        try (Socket silent = connect("");
                Socket half = connect("PIN");
                Socket identified = connect(identify());
                Socket halfBody = connect("IDENTIFY\n\0\0\0\u0010{")) {
            assertThat(read(identified)).startsWith("{");
            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(half)).isTrue();
            assertThat(isClosed(halfBody)).isTrue();
            await().until(() -> loops.bodyMemory().takenBytes() == 0);
            send(identified, "PING\n");
            assertThat(read(identified)).isEqualTo("OK");
        }
    }

    @Test
    void whoReadsNoAnswersIsClosedAndTheOthersAreServedMeanwhile() throws Exception {
        try (Socket greedy = connect("");
                Socket other = connect(identify())) {
            assertThat(read(other)).startsWith("{");
            Thread sender = Thread.startVirtualThread(() -> sendWithoutEnd(greedy));
            for (int i = 0; i < 20; i++) {
                send(other, "PING\n");
                assertThat(read(other)).isEqualTo("OK");
            }
            sender.join();
            await().until(() -> door.connectionCount() == 1);
        }
    }

    private static void sendWithoutEnd(Socket greedy) {
        byte[] pings = "PING\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
        try {
            OutputStream out = greedy.getOutputStream();
            while (true) {
                out.write(pings);
            }
        } catch (IOException e) {
            // Closed by the other side: what is to be seen.
        }
    }

    @Test
    void whoRegistersTooMuchIsToldAndKeepsWhatItHas() throws IOException {
        try (Socket node = connect(identify() + "REGISTER a x\nREGISTER b y\nREGISTER b\nREGISTER c\nPING\n")) {
            assertThat(read(node)).startsWith("{");
            assertThat(read(node)).isEqualTo("OK");
            assertThat(read(node)).startsWith("E_REGISTER_FAILED ");
            assertThat(read(node)).isEqualTo("OK");
            assertThat(read(node)).startsWith("E_REGISTER_FAILED ");
            assertThat(read(node)).isEqualTo("OK");
            assertThat(directory.view().topics()).containsExactly("a", "b");
        }
        await().until(() -> directory.view().nodes().isEmpty());
        await().until(() -> directory.view().nodesOf("a").isEmpty());
    }

    @Test
    void bodiesThatAreHalfReceivedTakeNoMoreThanThereIs() throws IOException {
        close();
        open(60_000);
        String half = "IDENTIFY\n\0\0@\0{";
        List<Socket> fitting = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            fitting.add(connect(half));
            int expected = i * 16_384;
            await().until(() -> loops.bodyMemory().takenBytes() == expected);
        }
        try (Socket beyond = connect(half)) {
            assertThat(read(beyond)).isEqualTo("E_BAD_BODY IDENTIFY there is no memory for the body");
        }
        for (Socket socket : fitting) {
            socket.close();
        }
        await().until(() -> loops.bodyMemory().takenBytes() == 0);
    }

    /** Whatever is sent, the door serves the next one; nothing stays of those who are gone. */
    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void nonsenseHarmsNobody(long seed) throws IOException {
        Random random = new Random(seed);
        String[] words = {
            "PING\n", "REGISTER a b\n", "UNREGISTER a\n", identify(), "REGISTER\n", "\n", "IDENTIFY\n", "x"
        };
        for (int i = 0; i < 15; i++) {
            StringBuilder said = new StringBuilder();
            for (int k = random.nextInt(12); k >= 0; k--) {
                said.append(words[random.nextInt(words.length)]);
            }
            byte[] bytes = said.toString().getBytes(StandardCharsets.ISO_8859_1);
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try (Socket socket = connect("")) {
                for (byte each : bytes) {
                    socket.getOutputStream().write(each);
                }
                if (random.nextBoolean()) {
                    socket.shutdownOutput();
                    while (!isClosed(socket)) {
                        // Answers, read to the end.
                    }
                }
            } catch (SocketException e) {
                // Refused before all was sent.
            }
        }
        try (Socket next = connect(identify())) {
            assertThat(read(next)).as("seed %d", seed).startsWith("{");
        }
        await().until(() ->
                door.connectionCount() == 0 && directory.view().nodes().isEmpty());
        await().until(() -> loops.bodyMemory().takenBytes() == 0);
    }
}
