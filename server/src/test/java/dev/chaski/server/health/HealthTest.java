package dev.chaski.server.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.Chaski;
import dev.chaski.server.config.OptionTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What whoever starts and balances the broker is told, over real sockets. */
@Timeout(60)
class HealthTest {
    /** Status and body, over a connection that may go on. */
    private static String ask(Socket socket, String path) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String status = in.readLine().substring(9, 12);
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        char[] body = new char[length];
        for (int got = 0; got < length; ) {
            got += in.read(body, got, length - got);
        }
        return status + " " + new String(body);
    }

    private static Socket connect(Chaski chaski) throws IOException {
        Socket socket = new Socket();
        socket.connect(chaski.httpAddress());
        return socket;
    }

    @Test
    void aBrokerThatServesIsLiveAndReady() throws Exception {
        try (Chaski chaski = Chaski.start();
                Socket socket = connect(chaski)) {
            assertThat(ask(socket, "/health/live")).isEqualTo("200 {\"status\":\"UP\"}");
            assertThat(ask(socket, "/health/ready")).isEqualTo("200 {\"status\":\"UP\"}");
        }
    }

    @Test
    void aBrokerWithoutRoomIsLiveButNotReady() throws Exception {
        try (Chaski chaski = Chaski.builder()
                        .set(OptionTable.DISK_LOW_WATER, 1L << 60)
                        .start();
                Socket socket = connect(chaski)) {
            assertThat(ask(socket, "/health/live")).startsWith("200");
            await().untilAsserted(() -> {
                try (Socket again = connect(chaski)) {
                    assertThat(ask(again, "/health/ready"))
                            .startsWith("503 {\"status\":\"DOWN\",\"reason\":\"NOK - disk full: ");
                }
            });
        }
    }
}
