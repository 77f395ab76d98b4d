package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.multi;
import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.chaski.server.auth.AuthConfig;
import dev.chaski.server.auth.AuthServers;
import dev.chaski.server.clients.ClientStats;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A door with an authorization server lets clients do what that one allows. */
class AuthTest {
    @TempDir
    private Path folder;

    private final AtomicLong nowNs = new AtomicLong();
    private final AtomicInteger askedCount = new AtomicInteger();
    private volatile int status = 200;
    private volatile String answer = """
            {"ttl":60,"identity":"joe","identity_url":"u","authorizations":[
              {"topic":"^good","channels":["^mine$","^$"],"permissions":["subscribe","publish"]}]}""";
    private volatile Callable<Void> beforeAnswer = () -> null;
    private HttpServer server;
    private AuthServers servers;
    private TestDoor door;
    private TestClient client;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/auth", exchange -> {
            askedCount.incrementAndGet();
            hold();
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        String address = "127.0.0.1:" + server.getAddress().getPort();
        servers = new AuthServers(new AuthConfig(List.of(address), false, 2_000, 5_000, null), nowNs::get, bound -> 0);
        door = TestDoor.open(
                folder,
                config -> new NsqDoorConfig(config.address(), config.limits(), config.features(), null, servers));
        client = door.connect().magic();
    }

    private void hold() {
        try {
            beforeAnswer.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        door.close();
        servers.close();
        server.stop(0);
    }

    @Test
    void nothingIsAllowedBeforeAuth() throws Exception {
        client.publish("good", "x").expectError("E_AUTH_FIRST AUTH required before PUB");
        client.expectEnd();
    }

    @Test
    void whatIsAllowedWorksAndIsToldInTheStatistics() throws Exception {
        client.send("AUTH\n" + sized("secret"));
        assertThat(client.read().text())
                .isEqualTo("{\"identity\":\"joe\",\"identity_url\":\"u\",\"permission_count\":1}");
        client.publish("good-topic", "x").ok();
        client.send("MPUB good\n" + multi("1", "2"))
                .ok()
                .send("DPUB good 0\n" + sized("3"))
                .ok();
        client.subscribe("good", "mine");
        assertThat(door.clients().snapshot().all().getFirst().auth()).isEqualTo(new ClientStats.Auth("joe", "u"));
        assertThat(askedCount.get()).isEqualTo(1);
    }

    @Test
    void commandsBehindAuthAreAnsweredThoughTheClientHasEndedItsInputMeanwhile() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        beforeAnswer = () -> {
            asked.countDown();
            assertThat(mayAnswer.await(10, TimeUnit.SECONDS)).isTrue();
            return null;
        };
        int count = 200;
        client.send("AUTH\n" + sized("s"));
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        client.send(("PUB good\n" + sized("x".repeat(100))).repeat(count));
        client.endInput();
        // Bytes that were sent are seen by the system at once; that the door has seen them cannot be asked.
        await().pollDelay(200, TimeUnit.MILLISECONDS).until(() -> true);
        mayAnswer.countDown();
        assertThat(client.read().text()).contains("joe");
        for (int i = 0; i < count; i++) {
            client.ok();
        }
        client.expectEnd();
    }

    @Test
    void commandsBehindAuthWaitForItsAnswer() throws Exception {
        client.send("AUTH\n" + sized("s") + "PUB good\n" + sized("x") + "SUB good mine\nRDY 1\n");
        assertThat(client.read().text()).contains("joe");
        client.ok().ok();
        assertThat(client.message().body()).isEqualTo("x");
    }

    @Test
    void whatIsNotAllowedIsRefused() throws Exception {
        client.send("AUTH\n" + sized("s") + "PUB bad\n" + sized("x"));
        client.read();
        client.expectError("E_UNAUTHORIZED AUTH failed for PUB on \"bad\" \"\"");
        client.expectEnd();
        try (TestClient other = door.connect().magic()) {
            other.send("AUTH\n" + sized("s") + "SUB good other\n");
            other.read();
            other.expectError("E_UNAUTHORIZED AUTH failed for SUB on \"good\" \"other\"");
        }
    }

    @Test
    void authCannotBeSetTwice() throws Exception {
        client.send("AUTH\n" + sized("s") + "AUTH\n" + sized("s"));
        client.read();
        client.expectError("E_INVALID AUTH already set");
    }

    @Test
    void theServerIsAskedAgainWhenItsAnswerIsTooOld() throws Exception {
        client.send("AUTH\n" + sized("s"));
        client.read();
        client.publish("good", "x").ok();
        nowNs.addAndGet(61_000_000_000L);
        client.publish("good", "x").publish("good", "y").ok().ok();
        assertThat(askedCount.get()).isEqualTo(2);
        nowNs.addAndGet(61_000_000_000L);
        status = 403;
        client.publish("good", "x").expectError("E_AUTH_FAILED AUTH failed");
        client.expectEnd();
    }

    @Test
    void aServerThatDoesNotAnswerAsItShouldIsNotToldOfToClients() throws Exception {
        answer = "nonsense";
        client.send("AUTH\n" + sized("s")).expectError("E_AUTH_FAILED AUTH failed");
        client.expectEnd();
    }

    @Test
    void aClientWithoutPermissionsIsRefused() throws Exception {
        answer = "{\"ttl\":5}";
        client.send("AUTH\n" + sized("s")).expectError("E_UNAUTHORIZED AUTH no authorizations found");
        client.expectEnd();
    }
}
