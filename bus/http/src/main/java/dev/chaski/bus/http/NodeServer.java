package dev.chaski.bus.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.chaski.bus.BusException;
import dev.chaski.bus.Codecs;
import dev.chaski.bus.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the subscriptions of this node over HTTP; each request has a virtual thread. */
final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, LocalFeed> feeds = new ConcurrentHashMap<>();

    NodeServer(InetSocketAddress address, @Nullable SSLContext sslContext) throws IOException {
        server = sslContext == null ? HttpServer.create(address, 0) : secure(address, sslContext);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    private static HttpServer secure(InetSocketAddress address, SSLContext sslContext) throws IOException {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(sslContext));
        return secure;
    }

    int port() {
        return server.getAddress().getPort();
    }

    void add(String id, LocalFeed feed) {
        feeds.put(id, feed);
    }

    void remove(String id) {
        LocalFeed feed = feeds.remove(id);
        if (feed != null) {
            feed.close();
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
                byte[] error = HttpFormat.error(400, "Method not allowed", "Bad Request", "\n");
                answer(exchange, HttpFormat.NOT_ALLOWED, error);
                return;
            }
            byte[] request = exchange.getRequestBody().readNBytes(HttpFormat.REQUEST_BYTES_MAX + 1);
            if (request.length > HttpFormat.REQUEST_BYTES_MAX) {
                fail(
                        exchange,
                        HttpFormat.TOO_LARGE,
                        "A request has at most " + HttpFormat.REQUEST_BYTES_MAX + " bytes");
                return;
            }
            take(exchange, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("request failed from={}", exchange.getRemoteAddress(), e);
        }
    }

    private void take(HttpExchange exchange, byte[] request) throws IOException, InterruptedException {
        Message received;
        try {
            received = Codecs.JSON.decode(request);
        } catch (BusException e) {
            fail(exchange, HttpFormat.FAILED, "Error parsing request body: " + e.getMessage());
            return;
        }
        String topic = received.headers().getOrDefault(HttpFormat.TOPIC, "");
        if (topic.isEmpty()) {
            fail(exchange, HttpFormat.FAILED, "Topic not found");
            return;
        }
        LocalFeed feed = feed(id(exchange), topic);
        Message message = HttpFormat.withoutTopic(received);
        String delivery = exchange.getRequestHeaders().getFirst(HttpFormat.SETTLE);
        if (delivery != null) {
            settle(exchange, feed, delivery, message);
            return;
        }
        if (feed != null) {
            feed.handleAndKeep(message);
        }
        answer(exchange, HttpFormat.DONE, new byte[0]);
    }

    private @Nullable LocalFeed feed(String id, String topic) {
        LocalFeed feed = feeds.get(id);
        return feed != null && feed.topic().equals(topic) ? feed : null;
    }

    private static void settle(HttpExchange exchange, @Nullable LocalFeed feed, String delivery, Message message)
            throws IOException, InterruptedException {
        if (feed == null) {
            answer(exchange, HttpFormat.GONE, new byte[0]);
            return;
        }
        try {
            long settled = feed.handle(delivery, message).get();
            if (LocalFeed.isDone(settled)) {
                answer(exchange, HttpFormat.DONE, new byte[0]);
            } else {
                exchange.getResponseHeaders().set(HttpFormat.RETRY_AFTER_MS, Long.toString(settled));
                answer(exchange, HttpFormat.AGAIN, new byte[0]);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a delivery ended in no way", e);
        }
    }

    private static String id(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            if (pair.startsWith("id=")) {
                return URLDecoder.decode(pair.substring("id=".length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static void fail(HttpExchange exchange, int code, String detail) throws IOException {
        answer(exchange, code, HttpFormat.error(code, detail, "Internal Server Error", ""));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (body.length > 0) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        }
        // The JDK's server takes -1 for an empty answer of a known length.
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        feeds.keySet().forEach(this::remove);
        server.stop(0);
        threads.shutdownNow();
    }
}
