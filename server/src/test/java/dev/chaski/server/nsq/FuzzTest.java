package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.int4;
import static dev.chaski.server.nsq.TestClient.multi;
import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever bytes come, nothing breaks: no unexpected error, and others are served. */
class FuzzTest {
    private static final long SEED = Long.getLong("seed", new Random().nextLong());
    private static final long SECONDS = Long.getLong("chaski.fuzz.seconds", 5);

    private static final List<String> VALID = List.of(
            "PUB fuzz\n" + sized("body"),
            "MPUB fuzz\n" + multi("a", "bb", "ccc"),
            "DPUB fuzz 10\n" + sized("later"),
            "IDENTIFY\n" + sized("{\"client_id\":\"x\",\"heartbeat_interval\":1000}"),
            "IDENTIFY\n" + sized("{\"feature_negotiation\":true}"),
            "IDENTIFY\n" + sized("{\"feature_negotiation\":true,\"snappy\":true}"),
            "IDENTIFY\n" + sized("{\"feature_negotiation\":true,\"deflate\":true}"),
            "AUTH\n" + sized("secret"),
            "SUB fuzz c\n",
            "SUB fuzz#ephemeral c#ephemeral\n",
            "RDY 10\n",
            "FIN 0123456789abcdef\n",
            "REQ 0123456789abcdef 10\n",
            "TOUCH 0123456789abcdef\n",
            "CLS\n",
            "NOP\n");

    @TempDir
    private Path folder;

    @Test
    void noBytesRaiseAnUnexpectedError() throws Exception {
        Random random = new Random(SEED);
        ListAppender<ILoggingEvent> errors = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        errors.start();
        root.addAppender(errors);
        try (TestDoor door = TestDoor.open(folder)) {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            int round = 0;
            while (System.nanoTime() - endNs < 0) {
                one(door, stream(random), random);
                round++;
                if (round % 50 == 0) {
                    try (TestClient client = door.connect().magic()) {
                        client.publish("others", "x").ok();
                    }
                }
            }
            assertThat(round).isPositive();
            await().until(() -> door.door().connectionCount() == 0);
        } finally {
            root.detachAppender(errors);
        }
        assertThat(errors.list.stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(event -> event.getFormattedMessage() + " " + cause(event)))
                .as("seed=%d", SEED)
                .isEmpty();
    }

    private static String cause(ILoggingEvent event) {
        return event.getThrowableProxy() == null
                ? ""
                : event.getThrowableProxy().getClassName() + ": "
                        + event.getThrowableProxy().getMessage();
    }

    private static void one(TestDoor door, byte[] stream, Random random) throws IOException {
        try (TestClient client = door.connect()) {
            int at = 0;
            while (at < stream.length) {
                int count = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 2000));
                client.send(java.util.Arrays.copyOfRange(stream, at, at + count));
                at += count;
            }
            if (random.nextBoolean()) {
                client.endInput();
                int read = 0;
                while (read >= 0) {
                    read = client.in().read();
                }
            }
        } catch (SocketException e) {
            // The door has closed the connection: its good right.
            assertThat(e).isNotNull();
        }
    }

    private static byte[] stream(Random random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            return random.nextBoolean()
                    ? noise
                    : TestClient.latin1("  V2" + new String(noise, StandardCharsets.ISO_8859_1));
        }
        StringBuilder commands = new StringBuilder("  V2");
        for (int i = random.nextInt(12); i >= 0; i--) {
            commands.append(VALID.get(random.nextInt(VALID.size())));
            if (random.nextInt(8) == 0) {
                commands.append(int4(random.nextInt()));
            }
        }
        byte[] bytes = TestClient.latin1(commands.toString());
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(5) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
