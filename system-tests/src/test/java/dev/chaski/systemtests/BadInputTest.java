package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are broken or mean, beside a pair of good ones that must not notice. */
class BadInputTest {
    private static final int MAX_MSG_BYTES = 1 << 20;
    private static final int MAX_BODY_BYTES = 5 << 20;
    /** Of IDENTIFY and AUTH, which strangers send. */
    private static final int MAX_OPENING_BYTES = 64 << 10;

    private static final int SILENT_CONNECTIONS = Integer.getInteger("chaski.silent.connections", 1_000);
    private static final long BYTES_PER_SILENT_CONNECTION = 32 << 10;
    /** The heap may be full of garbage before it is collected: beyond it and the direct memory's pools, nothing. */
    private static final long GROWTH_MAX_BYTES = 256L << 20;

    @TempDir
    private Path data;

    private BrokerProcess broker;
    private Canary canary;
    private long rssAtStart;

    @BeforeEach
    void start() throws IOException {
        broker = BrokerProcess.start(data, "--msg-timeout=3s");
        canary = new Canary(broker.tcp());
        rssAtStart = broker.rssAnonBytes();
    }

    @AfterEach
    void nobodyElseWasHarmed() throws Exception {
        try (BrokerProcess started = broker;
                Canary pair = canary) {
            assertThat(started.rssAnonBytes() - rssAtStart)
                    .as("growth of anonymous memory")
                    .isLessThan(GROWTH_MAX_BYTES);
            pair.assertUnharmed();
            assertThat(started.http().get("/ping")).isEqualTo(new HttpDoor.Answer(200, "OK"));
            pair.leave();
            started.stop();
        }
    }

    @Test
    void randomBytesEndInAnErrorOrAClosedConnection() throws IOException {
        Random random = Seed.random("randomBytesEndInAnErrorOrAClosedConnection");
        for (int i = 0; i < 200; i++) {
            byte[] bytes = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(bytes);
            try (RawNsq nsq = RawNsq.connectSilently(broker.tcp())) {
                if (random.nextBoolean()) {
                    nsq.send("  V2");
                }
                nsq.send(bytes);
                nsq.socket().shutdownOutput();
                readToEnd(nsq);
            } catch (IOException e) {
                // Closed by the broker while the bytes were still on their way.
                assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
    }

    /** Nothing but errors may come, and then the end. */
    private static void readToEnd(RawNsq nsq) throws IOException {
        try {
            while (true) {
                assertThat(nsq.read()).isInstanceOf(RawNsq.Failure.class);
            }
        } catch (java.io.EOFException e) {
            return;
        }
    }

    @Test
    void randomCommandsWithRandomArgumentsEndInTheirErrors() throws IOException {
        Random random = Seed.random("randomCommandsWithRandomArgumentsEndInTheirErrors");
        CommandFuzzer fuzzer = new CommandFuzzer(random);
        for (int i = 0; i < 300; i++) {
            fuzzer.converse(broker.tcp());
        }
    }

    @Test
    void halfACommandWaitsAndHurtsNobody() throws IOException {
        List<RawNsq> open = new ArrayList<>();
        String[] halves = {
            "",
            " ",
            "  V2",
            "  V2PUB",
            "  V2PUB t\n",
            "  V2PUB t\n\0\0",
            "  V2PUB t\n\0\0\0\7half",
            "  V2MPUB t\n\0\0\0\50\0\0\0\2\0\0\0\1x\0\0",
            "  V2IDENTIFY\n\0\0\0\20{\"client",
            "  V2SUB t",
            "  V2AUTH\n"
        };
        for (int round = 0; round < 20; round++) {
            for (String half : halves) {
                RawNsq nsq = RawNsq.connectSilently(broker.tcp());
                nsq.send(half);
                open.add(nsq);
            }
        }
        try (RawNsq good = broker.connect()) {
            good.publish("halves", new byte[] {1});
        }
        for (RawNsq nsq : open) {
            assertThat(nsq.hasInput()).as("an answer to half a command").isFalse();
            nsq.close();
        }
    }

    @Test
    void aSizeBeyondALimitIsAnsweredByItsDocumentedError() throws IOException {
        int[] sizes = {MAX_MSG_BYTES + 1, Integer.MAX_VALUE};
        for (int size : sizes) {
            refused("PUB t\n", size, "E_BAD_MESSAGE PUB message too big " + size + " > " + MAX_MSG_BYTES);
            refused("DPUB t 1000\n", size, "E_BAD_MESSAGE DPUB message too big " + size + " > " + MAX_MSG_BYTES);
        }
        int big = MAX_BODY_BYTES + 1;
        int opening = MAX_OPENING_BYTES + 1;
        refused("IDENTIFY\n", opening, "E_BAD_BODY IDENTIFY body too big " + opening + " > " + MAX_OPENING_BYTES);
        refused("AUTH\n", opening, "E_BAD_BODY AUTH body too big " + opening + " > " + MAX_OPENING_BYTES);
        refused("MPUB t\n", big, "E_BAD_BODY MPUB body too big " + big + " > " + MAX_BODY_BYTES);
        for (int size : new int[] {0, -1, Integer.MIN_VALUE}) {
            refused("PUB t\n", size, "E_BAD_MESSAGE PUB invalid message body size " + size);
            refused("MPUB t\n", size, "E_BAD_BODY MPUB invalid body size " + size);
            refused("IDENTIFY\n", size, "E_BAD_BODY IDENTIFY invalid body size " + size);
        }
    }

    @Test
    void anMpubThatContradictsItselfIsRefused() throws IOException {
        mpubRefused(new int[] {8, 0, 1}, "E_BAD_BODY MPUB invalid message count 0");
        mpubRefused(new int[] {8, -1, 1}, "E_BAD_BODY MPUB invalid message count -1");
        mpubRefused(new int[] {12, Integer.MAX_VALUE, 1, 0}, "E_BAD_BODY MPUB invalid message count 2147483647");
        mpubRefused(new int[] {16, 1, 0, 1, 0}, "E_BAD_MESSAGE MPUB invalid message(0) body size 0");
        mpubRefused(new int[] {16, 1, -5, 1, 0}, "E_BAD_MESSAGE MPUB invalid message(0) body size -5");
        mpubRefused(
                new int[] {16, 1, MAX_MSG_BYTES + 1, 1, 0},
                "E_BAD_MESSAGE MPUB message too big " + (MAX_MSG_BYTES + 1) + " > " + MAX_MSG_BYTES);
    }

    private void mpubRefused(int[] words, String error) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("MPUB t\n");
        for (int word : words) {
            out.writeInt(word);
        }
        refused(bytes.toByteArray(), error);
    }

    private void refused(String command, int size, String error) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes(command);
        out.writeInt(size);
        refused(bytes.toByteArray(), error);
    }

    private void refused(byte[] bytes, String error) throws IOException {
        try (RawNsq nsq = broker.connect()) {
            nsq.send(bytes);
            nsq.expectError(error);
            nsq.expectClosed();
        }
    }

    @Test
    void aCommandLineThatNeverEndsIsNotCollected() throws IOException {
        byte[] block = new byte[1 << 16];
        java.util.Arrays.fill(block, (byte) 'A');
        try (RawNsq nsq = broker.connect()) {
            for (int i = 0; i < 1_000; i++) {
                nsq.send(block);
            }
            readToEnd(nsq);
        } catch (java.net.SocketException e) {
            // Reset: the broker gave up in the middle of it.
            assertThat(e).isNotNull();
        }
    }

    @Test
    void aReaderThatNeverDrainsIsClosedAndItsMessagesGoToOthers() throws Exception {
        int count = 4_000;
        byte[] body = new byte[16 << 10];
        List<RawNsq> stuck = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                stuck.add(broker.connect().subscribe("flood", "stuck").ready(2_500));
            }
            broker.http().must("/channel/create?topic=flood&channel=good");
            try (RawNsq producer = broker.connect();
                    RawNsq good = broker.connect().subscribe("flood", "good").ready(100)) {
                Thread publishing = Thread.ofPlatform().start(() -> flood(producer, body, count));
                takeAll(good, count);
                publishing.join();
            }
            try (RawNsq heir = broker.connect().subscribe("flood", "stuck").ready(100)) {
                stuck.forEach(BadInputTest::closeQuietly);
                takeAll(heir, count);
            }
        } finally {
            stuck.forEach(BadInputTest::closeQuietly);
        }
    }

    private static void flood(RawNsq producer, byte[] body, int count) {
        try {
            for (int i = 0; i < count; i++) {
                producer.publish("flood", body);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void takeAll(RawNsq consumer, int count) throws IOException {
        java.util.Set<String> ids = new java.util.HashSet<>();
        while (ids.size() < count) {
            RawNsq.Message message = consumer.readMessage();
            ids.add(message.id());
            consumer.finish(message.id());
            consumer.flush();
        }
    }

    private static void closeQuietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aProducerThatNeverReadsItsAnswersIsHeldBackOrClosed() throws Exception {
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < 1_000; i++) {
            burst.writeBytes("PUB deaf\n\0\0\0\1x".getBytes(StandardCharsets.ISO_8859_1));
        }
        List<RawNsq> deaf = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RawNsq nsq = broker.connect();
            deaf.add(nsq);
            threads.add(Thread.ofPlatform().daemon().start(() -> sendWithoutReading(nsq, burst.toByteArray())));
        }
        Moments.letPass(java.time.Duration.ofSeconds(3));
        for (RawNsq nsq : deaf) {
            nsq.close();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void sendWithoutReading(RawNsq nsq, byte[] burst) {
        try {
            while (true) {
                nsq.send(burst);
            }
        } catch (IOException e) {
            // Closed, by the broker or by the test.
        }
    }

    @Test
    void connectionsThatSayNothingCostLittle() throws Exception {
        List<Socket> silent = new ArrayList<>(); // without a client around them: its buffers would fill this heap
        try {
            for (int i = 0; i < SILENT_CONNECTIONS; i++) {
                Socket socket =
                        new Socket(broker.tcp().getAddress(), broker.tcp().getPort());
                silent.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("  V2".getBytes(StandardCharsets.US_ASCII));
                }
            }
            try (RawNsq good = broker.connect()) {
                good.publish("silent", new byte[] {1});
            }
            long each = (broker.rssAnonBytes() - rssAtStart) / SILENT_CONNECTIONS;
            System.out.println("anonymous memory per silent connection: " + each + " bytes");
            assertThat(each).as("bytes per silent connection").isLessThan(BYTES_PER_SILENT_CONNECTION);
        } finally {
            silent.forEach(BadInputTest::closeQuietly);
        }
    }

    @Test
    void badHttpIsRefusedAndHurtsNobody() throws IOException {
        String[] requests = {
            "\0\1\2\3\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
            "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
            "GET /ping HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(2 << 20) + "\r\n\r\n",
            "GET /" + "a".repeat(2 << 20) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        };
        for (String request : requests) {
            try (RawNsq http = RawNsq.connectSilently(broker.httpAddress())) {
                http.send(request);
                http.socket().shutdownOutput();
                String answer = new String(http.socket().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(answer)
                        .satisfiesAnyOf(
                                a -> assertThat(a).isEmpty(),
                                a -> assertThat(a).matches("(?s)HTTP/1\\.[01] [45]\\d\\d.*"));
            } catch (java.net.SocketException e) {
                // Reset while the rest of the request was still being sent.
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void anHttpBodyBeyondTheLimitIsRefused() throws Exception {
        byte[] tooBig = new byte[MAX_MSG_BYTES + 1];
        assertThat(broker.http().post("/pub?topic=t", tooBig))
                .isEqualTo(new HttpDoor.Answer(413, "{\"message\":\"MSG_TOO_BIG\"}"));
        assertThat(broker.http().post("/mpub?topic=t", new byte[MAX_BODY_BYTES + 1]))
                .isEqualTo(new HttpDoor.Answer(413, "{\"message\":\"BODY_TOO_BIG\"}"));
    }
}
