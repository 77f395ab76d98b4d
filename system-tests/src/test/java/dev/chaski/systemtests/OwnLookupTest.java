package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.client.Consumer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lookup of a broker, with the broker itself, our client, and where the environment names them the tools of NSQ. */
@Timeout(180)
class OwnLookupTest {
    @TempDir
    private Path data;

    private BrokerProcess start(int tcp, int http) throws IOException {
        return BrokerProcess.start(
                BrokerKind.CHASKI,
                data.resolve("broker"),
                "--broadcast-address=127.0.0.1",
                "--lookup-tcp-address=127.0.0.1:" + tcp,
                "--lookup-http-address=127.0.0.1:" + http);
    }

    private static HttpDoor http(int port) {
        return new HttpDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(assertion);
    }

    @Test
    void ourConsumerFindsTheBrokerByItsOwnLookup() throws Exception {
        int http = NsqTool.freePort();
        Set<String> handled = ConcurrentHashMap.newKeySet();
        try (BrokerProcess broker = start(NsqTool.freePort(), http);
                Consumer consumer = Consumer.builder("orders", "billing")
                        .lookups("127.0.0.1:" + http)
                        .lookupInterval(Duration.ofMillis(100))
                        .handler(message -> handled.add(message.text()))
                        .build()) {
            broker.http().post("/pub?topic=orders", "one");
            await(() -> assertThat(handled).containsExactly("one"));
            assertThat(consumer.stats().connections()).isEqualTo(1);
            await(() ->
                    assertThat(http(http).get("/channels?topic=orders").body()).contains("billing"));
            assertThat(http(http).get("/nodes").body())
                    .contains("\"tcp_port\":" + broker.tcp().getPort(), "\"topics\":[\"orders\"]");
        }
    }

    /** A real nsqd registers; the lookup is killed and started again, and at no time after that is it asked in vain. */
    @Test
    void aKilledLookupTellsOfNsqdFromItsFirstAnswerOn() throws Exception {
        int tcp = NsqTool.freePort();
        int http = NsqTool.freePort();
        int nsqdHttp = NsqTool.freePort();
        BrokerProcess broker = start(tcp, http);
        try (NsqTool nsqd = NsqTool.start(
                "nsqd",
                "-tcp-address=127.0.0.1:0",
                "-http-address=127.0.0.1:" + nsqdHttp,
                "-broadcast-address=127.0.0.1",
                "-data-path=" + data,
                "-lookupd-tcp-address=127.0.0.1:" + tcp)) {
            await(() -> assertThat(http(nsqdHttp).get("/ping").status())
                    .as("%s", nsqd)
                    .isEqualTo(200));
            http(nsqdHttp).must("/topic/create?topic=theirs");
            http(nsqdHttp).must("/channel/create?topic=theirs&channel=billing");
            await(() -> assertThat(http(http).get("/lookup?topic=theirs").body())
                    .contains("\"http_port\":" + nsqdHttp, "\"billing\""));
            await(() -> assertThat(Files.readString(data.resolve("broker/lookup.known"), StandardCharsets.ISO_8859_1))
                    .contains("theirs", "billing"));
            broker.killMinusNine();
            broker = start(tcp, http);
            long isRegisteredAgainBy =
                    System.nanoTime() + Duration.ofSeconds(35).toNanos();
            boolean isLive = false;
            while (!isLive && System.nanoTime() < isRegisteredAgainBy) {
                assertThat(http(http).get("/lookup?topic=theirs").body())
                        .contains("\"http_port\":" + nsqdHttp, "\"billing\"");
                String debug = http(http).get("/debug").body();
                isLive = debug.contains("\"topic:theirs:\"") && !debug.contains("last_known");
            }
            assertThat(isLive).as("nsqd has registered again and pinged").isTrue();
        } finally {
            broker.close();
        }
    }

    @Test
    void nsqTailAndNsqadminWorkWithIt() throws Exception {
        int http = NsqTool.freePort();
        int admin = NsqTool.freePort();
        try (BrokerProcess broker = start(NsqTool.freePort(), http)) {
            broker.http().must("/topic/create?topic=orders");
            try (NsqTool tail = NsqTool.start(
                            "nsq_tail", "-topic=orders", "-channel=tail", "-lookupd-http-address=127.0.0.1:" + http);
                    NsqTool nsqadmin = NsqTool.start(
                            "nsqadmin",
                            "-http-address=127.0.0.1:" + admin,
                            "-lookupd-http-address=127.0.0.1:" + http)) {
                await(() -> assertThat(broker.http().channel("orders", "tail")).isNotNull());
                broker.http().post("/pub?topic=orders", "seen by nsq_tail");
                await(() ->
                        assertThat(tail.said("seen by nsq_tail")).as("%s", tail).isTrue());
                await(() -> assertThat(http(admin).get("/api/topics").body())
                        .as("%s", nsqadmin)
                        .contains("orders"));
                assertThat(http(admin).get("/api/nodes").body())
                        .contains("\"http_port\":" + broker.httpAddress().getPort());
                assertThat(http(admin).get("/api/topics/orders").body()).contains("\"tail\"");
                assertThat(http(admin)
                                .send("POST", "/api/topics", "{\"topic\":\"made\",\"channel\":\"first\"}")
                                .status())
                        .isEqualTo(200);
                assertThat(http(http).get("/channels?topic=made").body()).contains("\"first\"");
                assertThat(http(admin).send("DELETE", "/api/topics/orders", "").status())
                        .isEqualTo(200);
                assertThat(http(http).get("/lookup?topic=made").status()).isEqualTo(200);
            }
        }
    }
}
