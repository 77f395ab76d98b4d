package dev.chaski.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.measure.Report;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nX-A: b\r\ncontent-LENGTH: 2\r\n\r\nOK";

    private final AtomicLong requests = new AtomicLong();

    @Test
    void requestsAreCountedWhereverResponsesAreCut() throws IOException {
        try (ServerSocket listener = serve(OK, 1)) {
            Report report = run(listener, 5);
            assertThat(report.get("messages")).isPositive();
            assertThat(requests.get()).isGreaterThanOrEqualTo((long) report.get("messages"));
        }
        requests.set(0);
        try (ServerSocket listener = serve(OK, 1000)) {
            Report report = run(listener, 1);
            assertThat(report.get("messages")).isPositive();
            assertThat(requests.get()).isGreaterThanOrEqualTo((long) report.get("messages"));
        }
    }

    @Test
    void aRefusedRequestIsShown() throws IOException {
        String refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 15\r\n\r\n{\"message\":\"X\"}";
        try (ServerSocket listener = serve(refusal, 1000)) {
            assertThatThrownBy(() -> run(listener, 1))
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("413 Too Large")
                    .hasMessageContaining("{\"message\":\"X\"}");
        }
    }

    @Test
    void aResponseWithoutALengthIsAnError() throws IOException {
        try (ServerSocket listener = serve("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 1000)) {
            assertThatThrownBy(() -> run(listener, 1))
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining("no Content-Length");
        }
    }

    private static Report run(ServerSocket listener, int pipeline) {
        HttpCommand command = new HttpCommand();
        command.load.connections = 3;
        command.load.pipeline = pipeline;
        command.server.port = listener.getLocalPort();
        command.server.httpPort = null;
        command.run.warmUp = Duration.ofMillis(50);
        command.run.duration = Duration.ofMillis(300);
        return command.measure(listener.getLocalPort());
    }

    /** Answers every request with the same bytes, so many in one packet. */
    private ServerSocket serve(String response, int pieceBytes) throws IOException {
        ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = listener.accept();
                    socket.setTcpNoDelay(true);
                    Thread.ofVirtual().start(() -> answer(socket, response, pieceBytes));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return listener;
    }

    private void answer(Socket socket, String response, int pieceBytes) {
        byte[] bytes = response.getBytes(StandardCharsets.US_ASCII);
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (request(in)) {
                requests.incrementAndGet();
                for (int from = 0; from < bytes.length; from += pieceBytes) {
                    out.write(bytes, from, Math.min(pieceBytes, bytes.length - from));
                }
            }
        } catch (IOException e) {
            // The client hung up.
        }
    }

    private static boolean request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return false;
            }
            head.append((char) b);
        }
        assertThat(head.toString()).startsWith("POST /pub?topic=").contains("Content-Length: 200\r\n");
        return in.readNBytes(200).length == 200;
    }
}
