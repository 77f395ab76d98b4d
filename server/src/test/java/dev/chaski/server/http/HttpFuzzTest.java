package dev.chaski.server.http;

import static dev.chaski.server.http.RawHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever bytes come, and however they are cut, nothing breaks and others are served. */
class HttpFuzzTest {
    private static final long SEED = Long.getLong("seed", new Random().nextLong());
    private static final long SECONDS = Long.getLong("chaski.fuzz.seconds", 5);

    private static final List<String> VALID = List.of(
            text(request("POST", "/pub?topic=fuzz", "body")),
            text(request("POST", "/pub?topic=fuzz&defer=10", "later")),
            text(request("POST", "/mpub?topic=fuzz", "a\nbb\n\nccc")),
            text(request("POST", "/mpub?topic=fuzz&binary=true", Table.sizedBody(2, 1, 'a', 2, 'b', 'c'))),
            "POST /pub?topic=fuzz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "POST /pub?topic=fuzz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
            text(request("GET", "/ping", "")),
            text(request("GET", "/info", "")),
            text(request("GET", "/stats?format=json&topic=fuzz", "")),
            text(request("GET", "/stats?include_mem=false&channel=c", "")),
            text(request("GET", "/config/log_level", "")),
            text(request("PUT", "/config/log_level", "info")),
            text(request("POST", "/topic/create?topic=fuzz", "")),
            text(request("POST", "/topic/pause?topic=fuzz", "")),
            text(request("POST", "/topic/unpause?topic=fuzz", "")),
            text(request("POST", "/channel/create?topic=fuzz&channel=c", "")),
            text(request("POST", "/channel/empty?topic=fuzz&channel=c", "")),
            text(request("OPTIONS", "*", "")),
            text(request("HEAD", "/pub", "")),
            text(request("GET", "//ping/../ping", "")));

    @TempDir
    private Path folder;

    @Test
    void noBytesRaiseAnUnexpectedError() throws Exception {
        Random random = new Random(SEED);
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        events.start();
        root.addAppender(events);
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            for (int round = 0; System.nanoTime() - endNs < 0; round++) {
                sendCutUp(test, mutated(random), random);
                if (round % 50 == 0) {
                    // Buffers that nobody released are found when they are collected.
                    System.gc();
                    try (RawHttp client = test.connect()) {
                        assertThat(client.ask("GET", "/ping", "").body())
                                .as("seed %d", SEED)
                                .isEqualTo("OK");
                    }
                }
            }
        } finally {
            root.detachAppender(events);
            ResourceLeakDetector.setLevel(level);
        }
        assertThat(new ArrayList<>(events.list))
                .as("seed %d", SEED)
                .noneMatch(event -> event.getLevel() == Level.ERROR || event.getThrowableProxy() != null);
    }

    @Test
    void howRequestsAreCutDoesNotChangeTheirAnswers() throws Exception {
        Random random = new Random(SEED);
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() - endNs < 0) {
                List<String> requests = new ArrayList<>();
                for (int i = random.nextInt(10); i >= 0; i--) {
                    requests.add(VALID.get(random.nextInt(6)));
                }
                try (RawHttp client = test.connect()) {
                    cutUp(client, String.join("", requests).getBytes(StandardCharsets.ISO_8859_1), random);
                    for (String request : requests) {
                        RawHttp.Response response = client.read();
                        if (request.contains("100-continue")) {
                            assertThat(response.status()).as("seed %d", SEED).isEqualTo(100);
                            response = client.read();
                        }
                        assertThat(response.body()).as("seed %d", SEED).isEqualTo("OK");
                    }
                }
            }
        }
    }

    private static byte[] mutated(Random random) {
        StringBuilder all = new StringBuilder();
        for (int i = random.nextInt(5); i >= 0; i--) {
            all.append(VALID.get(random.nextInt(VALID.size())));
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(6); i > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "\r\n:;%&?= 019-/".charAt(random.nextInt(14));
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> {
                    byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
                    bytes = Arrays.copyOf(bytes, bytes.length + tail.length);
                    System.arraycopy(tail, 0, bytes, bytes.length - tail.length, tail.length);
                }
            }
        }
        return bytes;
    }

    private static void sendCutUp(TestHttpDoor test, byte[] bytes, Random random) throws IOException {
        try (RawHttp client = test.connect()) {
            cutUp(client, bytes, random);
            if (random.nextBoolean()) {
                client.endInput();
                while (!client.isClosed()) {
                    // Whatever it answers.
                }
            }
        } catch (java.net.SocketException e) {
            // It closed before all was sent, as it may.
        }
    }

    private static void cutUp(RawHttp client, byte[] bytes, Random random) throws IOException {
        for (int start = 0; start < bytes.length; ) {
            int end = random.nextBoolean() ? bytes.length : start + 1 + random.nextInt(bytes.length - start);
            client.send(Arrays.copyOfRange(bytes, start, end));
            start = end;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
