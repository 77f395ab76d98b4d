package dev.chaski.server.http;

import static dev.chaski.server.http.RawHttp.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.engine.BrokerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a connection behaves, over real sockets. */
@Timeout(60)
class HttpDoorTest {
    @TempDir
    private Path folder;

    @Test
    void whatIsPublishedArrivesInOrderAndWhole() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            Reader reader = Reader.of(test.broker.topic("t").channel("c"));
            assertThat(client.ask("POST", "/pub?topic=t", "hello\r\n").body()).isEqualTo("OK");
            assertThat(client.ask("POST", "/mpub?topic=t", "a\n\nb\r\n\nc").body())
                    .isEqualTo("OK");
            client.send(request("POST", "/mpub?topic=t&binary=true", Table.sizedBody(2, 1, 'x', 2, 'y', '\n')));
            assertThat(client.read().body()).isEqualTo("OK");
            await().until(() -> reader.bodies().size() == 6);
            assertThat(reader.bodies()).containsExactly("hello\r\n", "a", "b\r", "c", "x", "y\n");
        }
    }

    @Test
    void aRefusedBatchLeavesNothingBehindAndMakesNoTopic() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            String tooLong = "good\n" + "x".repeat(HttpLimits.defaults().maxMsgSizeBytes() + 1);
            assertThat(client.ask("POST", "/mpub?topic=t", tooLong).status()).isEqualTo(413);
            client.send(request("POST", "/mpub?topic=t&binary=true", Table.sizedBody(2, 1, 'x', 0)));
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(test.broker.findTopic("t")).isNull();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            StringBuilder all = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                all.append(text(request("POST", "/pub?topic=t" + i % 7, "message")));
                expected.add("OK");
                if (i % 10 == 3) {
                    all.append(text(request("GET", "/nope", "")));
                    expected.add("{\"message\":\"NOT_FOUND\"}");
                    all.append(text(request("POST", "/pub?topic=t", "")));
                    expected.add("{\"message\":\"MSG_EMPTY\"}");
                    all.append(text(request("POST", "/channel/create?topic=t" + i % 7 + "&channel=c" + i, "")));
                    expected.add("");
                }
            }
            client.send(all.toString());
            for (String body : expected) {
                assertThat(client.read().body()).isEqualTo(body);
            }
        }
    }

    @Test
    void figuresAskedForInAPipelineCountWhatWasPublishedBefore() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            byte[] publish = request("POST", "/pub?topic=t", "message");
            byte[] ask = request("GET", "/stats?format=json&include_mem=false", "");
            client.send(text(publish).repeat(50) + text(ask) + text(publish));
            for (int i = 0; i < 50; i++) {
                assertThat(client.read().body()).isEqualTo("OK");
            }
            assertThat(client.read().body()).contains("\"message_count\":50,");
            assertThat(client.read().body()).isEqualTo("OK");
        }
    }

    @Test
    void publishesThatAreSyncedAreAnsweredInOrderOverManyConnections() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.ack = BrokerConfig.Ack.SYNCED)) {
            List<CompletableFuture<Void>> clients = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> publishToTwoTopics(test, i)))
                    .toList();
            clients.forEach(CompletableFuture::join);
            assertThat(test.broker.topic("t").stats().messageCount()).isEqualTo(8 * 20);
        }
    }

    private static void publishToTwoTopics(TestHttpDoor test, int number) {
        try (RawHttp client = test.connect()) {
            String three = text(request("POST", "/pub?topic=t", "m"))
                    + text(request("POST", "/pub?topic=of" + number, "m"))
                    + text(request("POST", "/pub?topic=", "m"));
            client.send(three.repeat(20));
            for (int i = 0; i < 20; i++) {
                assertThat(client.read().status()).isEqualTo(200);
                assertThat(client.read().status()).isEqualTo(200);
                assertThat(client.read().status()).isEqualTo(400);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What is unanswered is counted in an int: what was answered must leave it. */
    @Test
    void aConnectionGoesOnBeyondTwoGigabytes() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            byte[] refused = request("POST", "/mpub?topic=-!-", new byte[5 << 20]);
            for (long sent = 0; sent <= Integer.MAX_VALUE; sent += refused.length) {
                client.send(refused);
                assertThat(client.read().body()).contains("INVALID_TOPIC");
            }
            assertThat(client.ask("POST", "/pub?topic=t", "message").body()).isEqualTo("OK");
        }
    }

    @Test
    void aBodyThatComesInPiecesIsPutTogether() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            Reader reader = Reader.of(test.broker.topic("t").channel("c"));
            String body = IntStream.range(0, 20_000).mapToObj(Integer::toString).reduce("", String::concat);
            byte[] request = request("POST", "/pub?topic=t", body);
            for (int start = 0; start < request.length; start += 7_777) {
                client.send(java.util.Arrays.copyOfRange(request, start, Math.min(request.length, start + 7_777)));
            }
            assertThat(client.read().body()).isEqualTo("OK");
            await().until(() -> reader.bodies().size() == 1);
            assertThat(reader.bodies().getFirst()).isEqualTo(body);
        }
    }

    @Test
    void halfABodyIsNotPublished() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            for (String framing :
                    List.of("Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")) {
                try (RawHttp client = test.connect()) {
                    client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\n" + framing);
                    client.endInput();
                    assertThat(client.isClosed()).isTrue();
                }
            }
            assertThat(test.broker.findTopic("t")).isNull();
        }
    }

    @Test
    void aClientThatAsksWhetherToGoOnIsToldSo() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send(request("POST", "/pub?topic=t", "m"));
            client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 100 Continue");
            client.send("abc");
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(test.broker.topic("t").stats().messageCount()).isEqualTo(2);
        }
    }

    @Test
    void aBodyThatIsRefusedIsNotAskedFor() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send(
                    "POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void aConnectionOfHttp10EndsUnlessItIsToBeKept() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder)) {
            try (RawHttp client = test.connect()) {
                client.send("POST /pub?topic=t HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nm");
                RawHttp.Response kept = client.read();
                assertThat(kept.statusLine()).isEqualTo("HTTP/1.0 200 OK");
                assertThat(kept.headers()).containsEntry("connection", "keep-alive");
                client.send("GET /ping HTTP/1.0\r\n\r\n");
                RawHttp.Response last = client.read();
                assertThat(last.statusLine()).isEqualTo("HTTP/1.0 200 OK");
                assertThat(last.headers()).doesNotContainKey("connection");
                assertThat(client.isClosed()).isTrue();
            }
        }
    }

    @Test
    void aConnectionThatIsToEndEndsAfterItsAnswerAndTakesNothingMore() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send(text(request("POST", "/pub?topic=t", "m", "Connection: close"))
                    + text(request("POST", "/pub?topic=t", "m")));
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(client.isClosed()).isTrue();
            assertThat(test.broker.topic("t").stats().messageCount()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatHasSaidAllStillGetsItsAnswers() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send(text(request("POST", "/pub?topic=new", "m")).repeat(3) + text(request("GET", "/ping", "")));
            client.endInput();
            for (int i = 0; i < 4; i++) {
                assertThat(client.read().body()).isEqualTo("OK");
            }
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void theAnswerToAHeadHasNoBody() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            RawHttp.Response response = client.ask("HEAD", "/nope", "");
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.headers()).containsEntry("content-length", "23");
            assertThat(client.ask("GET", "/ping", "").body()).isEqualTo("OK");
        }
    }

    @Test
    void aTopicBeyondTheLimitIsRefusedAndTheConnectionGoesOn() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.maxTopics = 1);
                RawHttp client = test.connect()) {
            client.send(text(request("POST", "/pub?topic=one", "m"))
                    + text(request("POST", "/pub?topic=two", "m"))
                    + text(request("POST", "/pub?topic=one", "m")));
            assertThat(client.read().status()).isEqualTo(200);
            RawHttp.Response refused = client.read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.body()).isEqualTo("{\"message\":\"LIMIT_REACHED\"}");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndThereIsRoomAgainLater() throws Exception {
        try (TestHttpDoor test =
                        TestHttpDoor.open(folder, options -> options.limits = limits(2, HttpTimeouts.defaults()));
                RawHttp first = test.connect()) {
            try (RawHttp second = test.connect();
                    RawHttp third = test.connect()) {
                assertThat(first.ask("GET", "/ping", "").body()).isEqualTo("OK");
                assertThat(second.ask("GET", "/ping", "").body()).isEqualTo("OK");
                assertThat(third.isClosed()).isTrue();
            }
            await().until(() -> test.door.connectionCount() == 1);
            try (RawHttp fourth = test.connect()) {
                assertThat(fourth.ask("GET", "/ping", "").body()).isEqualTo("OK");
            }
        }
    }

    @Test
    void whoeverSendsARequestTooSlowlyOrNothingAtAllIsClosedAndOthersAreNot() throws Exception {
        HttpTimeouts timeouts = new HttpTimeouts(1_000, 4_000, 1_000);
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.limits = limits(100, timeouts));
                RawHttp silent = test.connect();
                RawHttp halfHead = test.connect();
                RawHttp halfBody = test.connect();
                RawHttp busy = test.connect()) {
            halfHead.send("GET /ping HTTP/1.1\r\nHost");
            halfBody.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
            for (RawHttp slow : List.of(halfHead, halfBody, silent)) {
                CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> isClosed(slow));
                await().atMost(20, TimeUnit.SECONDS).until(() -> {
                    assertThat(busy.ask("POST", "/pub?topic=t", "m").body()).isEqualTo("OK");
                    return closed.isDone() && closed.join();
                });
            }
        }
    }

    private static boolean isClosed(RawHttp client) {
        try {
            return client.isClosed();
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aClientThatDoesNotReadItsAnswersIsClosed() throws Exception {
        HttpTimeouts timeouts = new HttpTimeouts(60_000, 60_000, 1_000);
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.limits = limits(100, timeouts))) {
            for (int i = 0; i < 300; i++) {
                test.broker.topic("a-topic-with-a-rather-long-name-" + i);
            }
            try (RawHttp client = test.connect()) {
                byte[] ask = request("GET", "/stats?format=json", "");
                CompletableFuture.runAsync(() -> sendUntilItFails(client, ask));
                await().atMost(30, TimeUnit.SECONDS).until(() -> test.door.connectionCount() == 0);
            }
        }
    }

    private static void sendUntilItFails(RawHttp client, byte[] bytes) {
        try {
            while (true) {
                client.send(bytes);
            }
        } catch (IOException e) {
            // It was closed, which is what is waited for.
        }
    }

    @Test
    void aDrainAnswersWhatWasAskedAndEndsTheRest() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp idle = test.connect();
                RawHttp sending = test.connect()) {
            assertThat(idle.ask("GET", "/ping", "").body()).isEqualTo("OK");
            sending.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(sending.read().status()).isEqualTo(100);
            test.door.closeAcceptor();
            CompletableFuture<Void> drained = test.door.drain();
            assertThat(idle.isClosed()).isTrue();
            assertThat(drained).isNotDone();
            sending.send("abc");
            RawHttp.Response response = sending.read();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers()).containsEntry("connection", "close");
            drained.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void plainHttpIsSentToTheEncryptedDoorWhereTlsIsRequired() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.tlsOnlyPort = () -> 4152);
                RawHttp client = test.connect()) {
            for (String uri : List.of("/pub?topic=t", "/nope")) {
                RawHttp.Response response = client.ask("POST", uri, "m");
                assertThat(response.status()).isEqualTo(403);
                assertThat(response.body()).isEqualTo("{\"message\": \"TLS_REQUIRED\", \"https_port\": 4152}");
            }
            assertThat(test.broker.topics()).isEmpty();
        }
    }

    private static HttpLimits limits(int maxConnections, HttpTimeouts timeouts) {
        HttpLimits defaults = HttpLimits.defaults();
        return new HttpLimits(
                defaults.maxMsgSizeBytes(),
                defaults.maxBodySizeBytes(),
                defaults.maxDeferMs(),
                defaults.maxUriBytes(),
                defaults.maxHeadersBytes(),
                maxConnections,
                timeouts);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
