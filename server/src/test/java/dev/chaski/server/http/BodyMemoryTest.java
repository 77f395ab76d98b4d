package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are half received have a bound over all connections, and give everything back. */
@Timeout(60)
class BodyMemoryTest {
    private static final int BODY_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void whatClientsThatGoAwayHaveSentIsGivenBack() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.bodyMemoryBytes = 8 * BODY_BYTES)) {
            List<RawHttp> halves = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RawHttp half = test.connect();
                half.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n"
                        + "x".repeat(BODY_BYTES / 2));
                halves.add(half);
            }
            await().until(() -> test.loops.bodyMemory().takenBytes() >= 2 * BODY_BYTES);
            for (RawHttp half : halves) {
                half.close();
            }
            await().until(() -> test.loops.bodyMemory().takenBytes() == 0);
        }
    }

    @Test
    void aBodyForWhichThereIsNoRoomIsAnswered() throws Exception {
        try (TestHttpDoor test = TestHttpDoor.open(folder, options -> options.bodyMemoryBytes = BODY_BYTES / 2);
                RawHttp client = test.connect();
                RawHttp small = test.connect()) {
            client.send("POST /pub?topic=t HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
            client.send("x".repeat(BODY_BYTES - 1));
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("{\"message\":\"NO_MEMORY\"}");
            assertThat(test.broker.findTopic("t")).isNull();
            assertThat(small.ask("POST", "/pub?topic=t", "x".repeat(100_000)).body())
                    .isEqualTo("OK");
            await().until(() -> test.loops.bodyMemory().takenBytes() == 0);
        }
    }
}
