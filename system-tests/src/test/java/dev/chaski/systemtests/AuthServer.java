package dev.chaski.systemtests;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An authorization server that lets everybody with the right secret do everything. */
final class AuthServer implements AutoCloseable {
    static final String SECRET = "sesame";

    private static final String ALL = "{\"ttl\":3600,\"identity\":\"till\",\"authorizations\":[{\"topic\":\".*\","
            + "\"channels\":[\".*\"],\"permissions\":[\"subscribe\",\"publish\"]}]}";

    private final HttpServer http;

    AuthServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/auth", exchange -> {
            boolean isRight =
                    String.valueOf(exchange.getRequestURI().getQuery()).contains("secret=" + SECRET);
            byte[] body = (isRight ? ALL : "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isRight ? 200 : 403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    /** What a broker's {@code --auth-http-address} is to be. */
    String address() {
        return "127.0.0.1:" + http.getAddress().getPort();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
