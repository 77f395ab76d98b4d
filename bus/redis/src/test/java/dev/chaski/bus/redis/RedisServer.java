package dev.chaski.bus.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** The redis-server on the PATH, on a free port of the loopback interface. */
final class RedisServer implements AutoCloseable {
    private final Path folder;
    private final List<String> settings;
    private final int port;
    private Process process;

    /**
     * Starts it, or reports the test as skipped where there is none.
     *
     * @param settings as in its configuration, on top of the folder and the port
     */
    RedisServer(Path folder, String... settings) throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "redis-server"))),
                "there is no redis-server; install the package redis-server");
        this.folder = folder;
        this.settings = List.of(settings);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start();
    }

    /** One that does not lose what it has answered. */
    static RedisServer durable(Path folder) throws IOException {
        return new RedisServer(folder, "--appendonly", "yes", "--appendfsync", "always");
    }

    /** With what is on its disk. */
    void start() throws IOException {
        List<String> command = new ArrayList<>(
                List.of("redis-server", "--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
        // With TLS the plain port is another one, which nobody uses.
        command.addAll(List.of(isSecure() ? "--tls-port" : "--port", Integer.toString(port)));
        command.addAll(settings);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
        if (!isSecure()) {
            await().atMost(Duration.ofSeconds(30)).until(this::answers);
        }
    }

    private boolean isSecure() {
        return settings.contains("--tls-cert-file");
    }

    private boolean answers() {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            return redis.ping().equals("PONG");
        } catch (JedisException e) {
            // Whoever has no password gets an answer, too.
            return e.getMessage().contains("NOAUTH");
        }
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    int port() {
        return port;
    }

    String uri() {
        return "bus:redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        kill();
    }
}
