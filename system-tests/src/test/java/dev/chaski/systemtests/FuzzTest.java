package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nonsense over real sockets for as long as one likes: {@code chaski.fuzz.seconds}. */
class FuzzTest {
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("chaski.fuzz.seconds", 5));
    private static final long GROWTH_MAX_BYTES = 256L << 20;
    private static final List<String> HTTP_PARTS = List.of(
            "GET ",
            "POST ",
            "PUT ",
            "DELETE ",
            "/pub?topic=fuzz",
            "/mpub?topic=fuzz&binary=true",
            "/stats",
            "/config/",
            "/channel/create?topic=fuzz&channel=c",
            "%00",
            "%zz",
            "?",
            "&",
            "=",
            " HTTP/1.1\r\n",
            " HTTP/1.0\r\n",
            "Host: x\r\n",
            "Content-Length: 3\r\n",
            "Content-Length: x\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "Connection: close\r\n",
            "\r\n",
            "\n",
            "abc",
            "3\r\nabc\r\n0\r\n\r\n",
            "\0");

    @TempDir
    private Path data;

    @Test
    void nonsenseNeverHarmsTheBrokerOrItsOtherClients() throws Exception {
        Random random = Seed.random("nonsenseNeverHarmsTheBrokerOrItsOtherClients");
        CommandFuzzer fuzzer = new CommandFuzzer(random);
        long end = System.nanoTime() + TIME.toNanos();
        int conversations = 0;
        try (BrokerProcess broker = BrokerProcess.start(data, "--msg-timeout=2s");
                Canary canary = new Canary(broker.tcp())) {
            long rssAtStart = broker.rssAnonBytes();
            while (System.nanoTime() < end) {
                switch (random.nextInt(4)) {
                    case 0 -> randomBytes(broker, random);
                    case 1 -> randomHttp(broker, random);
                    default -> fuzzer.converse(broker.tcp());
                }
                conversations++;
            }
            System.out.println(conversations + " conversations in " + TIME);
            assertThat(broker.rssAnonBytes() - rssAtStart)
                    .as("growth of anonymous memory")
                    .isLessThan(GROWTH_MAX_BYTES);
            canary.assertUnharmed();
            canary.leave();
            broker.stop();
        }
    }

    private static void randomBytes(BrokerProcess broker, Random random) throws IOException {
        byte[] bytes = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(bytes);
        try (RawNsq nsq = random.nextBoolean() ? broker.connect() : RawNsq.connectSilently(broker.tcp())) {
            nsq.send(bytes);
            nsq.socket().shutdownOutput();
            while (true) {
                nsq.read();
            }
        } catch (java.io.EOFException | java.net.SocketException e) {
            // The end that it had to come to.
        }
    }

    private static void randomHttp(BrokerProcess broker, Random random) throws IOException {
        StringBuilder request = new StringBuilder();
        int parts = 1 + random.nextInt(12);
        for (int i = 0; i < parts; i++) {
            request.append(HTTP_PARTS.get(random.nextInt(HTTP_PARTS.size())));
        }
        try (RawNsq http = RawNsq.connectSilently(broker.httpAddress())) {
            http.send(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            http.socket().shutdownOutput();
            http.socket().getInputStream().readAllBytes();
        } catch (java.net.SocketException e) {
            // Reset, because more of ours was on its way.
        }
    }
}
