package dev.chaski.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks a lookup over HTTP, with the URI as it is. */
final class LookupHttp {
    private static final int TIMEOUT_MS = 15_000;

    private LookupHttp() {}

    /** What came; the head in lower case. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String header(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("none");
        }
    }

    static Answer ask(int port, String method, String uri) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            String request = method + " " + uri + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                    + "Content-Length: 0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Answer(answer.substring(0, end).toLowerCase(Locale.ROOT), answer.substring(end + 4));
        }
    }

    static String get(int port, String uri) throws IOException {
        return ask(port, "GET", uri).body();
    }
}
