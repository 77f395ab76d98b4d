package dev.chaski.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Authorization servers are asked and understood as nsqd does it. */
class AuthServersTest {
    private static final AuthQuestion QUESTION = new AuthQuestion("10.1.2.3", true, "s&cret", "a name");
    private static final String ANSWER = """
            {"ttl":60,"identity":"joe","identity_url":"http://x","authorizations":[
              {"topic":"^orders","channels":["^bill","^$"],"permissions":["subscribe","publish"]},
              {"topic":"logs","channels":[".*"],"permissions":["subscribe"]}]}""";

    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final AtomicReference<String> answer = new AtomicReference<>(ANSWER);
    private final AtomicLong nowNs = new AtomicLong(1_000);
    private HttpServer server;
    private String address;
    private int status = 200;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            asked.set(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(body, StandardCharsets.UTF_8));
            byte[] bytes = answer.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        address = "127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void getCarriesTheQuestionInTheUrl() throws Exception {
        ask(false, address);
        assertThat(asked.get()).isEqualTo("GET /auth?common_name=a+name&remote_ip=10.1.2.3&secret=s%26cret&tls=true ");
    }

    @Test
    void postCarriesTheQuestionAsJson() throws Exception {
        ask(true, "http://" + address + "/who");
        assertThat(asked.get())
                .isEqualTo("POST /who {\"common_name\":[\"a name\"],\"remote_ip\":[\"10.1.2.3\"],"
                        + "\"secret\":[\"s&cret\"],\"tls\":[\"true\"]}");
    }

    @Test
    void permissionsMatchAnywhereInANameAndPublishersMatchTheEmptyChannel() throws Exception {
        Authorization granted = ask(false, address);
        assertThat(granted.identity()).isEqualTo("joe");
        assertThat(granted.grantCount()).isEqualTo(2);
        assertThat(granted.maySubscribe("orders.eu", "billing")).isTrue();
        assertThat(granted.maySubscribe("orders.eu", "audit")).isFalse();
        assertThat(granted.maySubscribe("all-logs-here", "any")).isTrue();
        assertThat(granted.mayPublish("orders")).isTrue();
        assertThat(granted.mayPublish("my-orders")).isFalse();
        assertThat(granted.mayPublish("logs")).isFalse();
    }

    @Test
    void anAnswerHoldsForItsTimeToLive() throws Exception {
        Authorization granted = ask(false, address);
        long ttlNs = TimeUnit.SECONDS.toNanos(60);
        assertThat(granted.isExpired(nowNs.get() + ttlNs - 1)).isFalse();
        assertThat(granted.isExpired(nowNs.get() + ttlNs)).isTrue();
    }

    @Test
    void theNextServerIsAskedWhereOneDoesNotAnswer() throws Exception {
        assertThat(ask(false, "127.0.0.1:1", address).identity()).isEqualTo("joe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "200 | {\"ttl\":0} | ttl is 0",
                "200 | {} | ttl is 0",
                "200 | nonsense | not JSON",
                "200 | [] | not a JSON object",
                "200 | {\"ttl\":1,\"authorizations\":[{\"topic\":\"(\"}]} | not a regular expression",
                "200 | {\"ttl\":1,\"authorizations\":[{\"topic\":\"a\",\"permissions\":[\"own\"]}]} | unknown permission",
                "403 | {} | status 403",
            })
    void anUnusableAnswerIsAFailureThatNamesTheServer(int code, String body, String reason) {
        status = code;
        answer.set(body);
        assertThatThrownBy(() -> ask(false, address))
                .cause()
                .isInstanceOf(AuthException.class)
                .hasMessageContaining(address)
                .hasMessageContaining(reason);
    }

    @Test
    void theSecretIsNeverPrinted() {
        assertThat(QUESTION.toString()).doesNotContain("s&cret");
    }

    private Authorization ask(boolean post, String... addresses) throws Exception {
        AuthConfig config = new AuthConfig(List.of(addresses), post, 2_000, 5_000, null);
        try (AuthServers servers = new AuthServers(config, nowNs::get, bound -> 0)) {
            return servers.ask(QUESTION).get(10, TimeUnit.SECONDS);
        }
    }
}
