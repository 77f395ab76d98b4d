package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that two readers may end at two places is refused, and nothing of it is stored. */
@Timeout(60)
class SmugglingTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip",
                "Content-Length: 16, 16",
                "Content-Length: 16\r\nContent-Length: 16, 16",
                "content-length: 16,16",
                "Content-Length: 16\r\nContent-Length: 17",
            })
    void anAmbiguousBodyIsRefused(String headers) throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.isClosed()).isTrue();
            assertThat(test.broker.findTopic("t")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "transfer-encoding: Chunked"})
    void aBodyInChunksIsTaken(String headers) throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("OK");
            assertThat(client.ask("GET", "/ping", "").body()).isEqualTo("OK");
        }
    }

    /** nsqd takes the same length twice, and no client means harm by it. */
    @Test
    void theSameLengthTwiceIsOneLength() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.read().body()).isEqualTo("OK");
        }
    }

    @Test
    void theValueOfAnOptionHasALimitOfItsOwn() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder);
                RawHttp client = test.connect()) {
            String value = "[" + " ".repeat(64 << 10) + "]";
            RawHttp.Response response = client.ask("PUT", "/config/nsqlookupd_tcp_addresses", value);
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.body()).contains("INVALID_VALUE");
        }
    }
}
