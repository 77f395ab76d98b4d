package dev.chaski.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Somebody who answers over HTTP what a test says, and can fall silent. Any thread. */
public final class FakeHttp implements AutoCloseable {
    /** What was asked: {@code METHOD /path?query}. */
    public final List<String> asked = new CopyOnWriteArrayList<>();
    /** Bodies by path; what is not here is not found. */
    public final Map<String, String> answers = new ConcurrentHashMap<>();
    /** Whether it takes questions and does not answer them. */
    public volatile boolean isSilent;

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Listens on a free port. */
    public FakeHttp() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        if (isSilent) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        String body = answers.get(exchange.getRequestURI().getPath());
        byte[] bytes = (body == null ? "{\"message\":\"TOPIC_NOT_FOUND\"}" : body).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** Host and port. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** The port. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Says as a lookup that these are all there is: {@code port:topic}. */
    public void knows(String... registrations) {
        StringBuilder producers = new StringBuilder();
        StringBuilder topics = new StringBuilder();
        for (String each : registrations) {
            String port = each.substring(0, each.indexOf(':'));
            String topic = each.substring(port.length() + 1);
            producers.append(producers.isEmpty() ? "" : ",");
            producers.append(
                    "{\"broadcast_address\":\"127.0.0.1\",\"hostname\":\"here\",\"tcp_port\":1,\"http_port\":");
            producers.append(port).append(",\"version\":\"1.3.0\",\"tombstones\":[false],\"topics\":[\"");
            producers.append(topic).append("\"]}");
            topics.append(topics.isEmpty() ? "" : ",").append('"').append(topic).append('"');
        }
        answers.put("/nodes", "{\"producers\":[" + producers + "]}");
        answers.put("/topics", "{\"topics\":[" + topics + "]}");
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
