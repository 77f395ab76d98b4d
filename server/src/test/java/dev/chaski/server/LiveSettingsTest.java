package dev.chaski.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /config}, through the door. The values are those that an nsqd 1.3.0 answered. */
@Timeout(60)
class LiveSettingsTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private Chaski chaski;

    @BeforeEach
    void start() throws StartException {
        chaski = Chaski.builder()
                .set(OptionTable.NODE_ID, 617)
                .set(OptionTable.LOOKUPD_TCP_ADDRESS, List.of(new HostPort("127.0.0.1", 1)))
                .start();
    }

    @AfterEach
    void stop() {
        client.close();
        chaski.close();
    }

    private HttpResponse<String> send(String method, String name, String body)
            throws IOException, InterruptedException {
        InetSocketAddress address = chaski.httpAddress();
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/config/" + name);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            log_level                          | 2
            msg_timeout                        | 60000000000
            id                                 | 617
            max_rdy_count                      | 2500
            e2e_processing_latency_percentiles | []
            snappy                             | true
            tls_required                       | 0
            nsqlookupd_tcp_addresses           | ["127.0.0.1:1"]
            """)
    void anOptionIsToldAsNsqdTellsIt(String name, String value) throws IOException, InterruptedException {
        HttpResponse<String> response = send("GET", name, "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(value);
    }

    @Test
    void theLogLevelAndTheLookupdsChangeAtRunTime() throws IOException, InterruptedException {
        assertThat(send("PUT", "log_level", "warn").body()).isEqualTo("3");
        assertThat(send("GET", "log_level", "").body()).isEqualTo("3");
        assertThat(send("PUT", "nsqlookupd_tcp_addresses", "[\"127.0.0.1:2\",\"127.0.0.1:3\"]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("GET", "nsqlookupd_tcp_addresses", "").body()).isEqualTo("[\"127.0.0.1:2\",\"127.0.0.1:3\"]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            log_level                | loud              | INVALID_VALUE
            nsqlookupd_tcp_addresses | ["no port"]       | INVALID_VALUE
            nsqlookupd_tcp_addresses | {"a":1}           | INVALID_VALUE
            nsqlookupd_tcp_addresses | [                 | INVALID_VALUE
            msg_timeout              | 1s                | INVALID_OPTION
            no_such_option           | 1                 | INVALID_OPTION
            """)
    void whatCannotBeChangedIsRefused(String name, String value, String error)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send("PUT", name, value);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(error);
    }
}
