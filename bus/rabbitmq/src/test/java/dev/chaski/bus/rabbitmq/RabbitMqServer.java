package dev.chaski.bus.rabbitmq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.ConnectionFactory;
import dev.chaski.bus.contract.ServerCertificate;
import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Debian's RabbitMQ, one for all tests of a run, since it takes its time to start: on free ports of the loopback
 * interface, with a port mapper (epmd), a cookie and folders of its own.
 */
final class RabbitMqServer implements AutoCloseable {
    static final String USER = "chaski";
    static final String PASSWORD = "se:cret";
    static final String VHOST = "shop";

    /** What the package's command runs; that one changes the user, and leaves nobody to end. */
    private static final Path COMMAND = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final ServerCertificate certificate;
    private final int port;
    private final int tlsPort;
    private final int nodePort;
    private final int mapperPort;
    private final Process mapper;
    private Process process;

    /** Starts it before the first test that needs it, and ends it after the last. */
    static final class Shared implements BeforeAllCallback {
        private RabbitMqServer server;

        @Override
        public void beforeAll(ExtensionContext context) {
            assumeTrue(Files.isExecutable(COMMAND), "there is no RabbitMQ; install the package rabbitmq-server");
            server = context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(RabbitMqServer.class))
                    .computeIfAbsent(
                            RabbitMqServer.class,
                            key -> {
                                try {
                                    return new RabbitMqServer();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            RabbitMqServer.class);
        }

        RabbitMqServer server() {
            return server;
        }
    }

    private RabbitMqServer() throws Exception {
        folder = Files.createTempDirectory("rabbitmq");
        certificate = ServerCertificate.create(folder, "rabbitmq", "ip:127.0.0.1");
        port = ServerProcess.freePort();
        tlsPort = ServerProcess.freePort();
        nodePort = ServerProcess.freePort();
        mapperPort = ServerProcess.freePort();
        List<String> lines = List.of(
                "listeners.tcp.1 = 127.0.0.1:" + port,
                "default_user = " + USER,
                "default_pass = " + PASSWORD,
                "default_vhost = " + VHOST,
                "listeners.ssl.1 = 127.0.0.1:" + tlsPort,
                "ssl_options.certfile = " + certificate.certificatePem(),
                "ssl_options.keyfile = " + certificate.keyPem(),
                "ssl_options.verify = verify_none",
                "ssl_options.fail_if_no_peer_cert = false");
        Files.write(folder.resolve("rabbitmq.conf"), lines);
        Files.createFile(folder.resolve("plugins"));
        Files.createDirectory(folder.resolve("home"));
        // Erlang would start one that outlives it.
        mapper = new ProcessBuilder("epmd", "-port", Integer.toString(mapperPort), "-address", "127.0.0.1").start();
        start();
    }

    /** With what is on its disk. */
    void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(COMMAND.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("rabbitmq.log").toFile()));
        builder.environment()
                .putAll(Map.of(
                        "HOME", folder.resolve("home").toString(),
                        "ERL_EPMD_PORT", Integer.toString(mapperPort),
                        "RABBITMQ_NODENAME", "test" + port + "@localhost",
                        "RABBITMQ_DIST_PORT", Integer.toString(nodePort),
                        "RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString(),
                        "RABBITMQ_CONF_ENV_FILE", "/dev/null",
                        "RABBITMQ_ENABLED_PLUGINS_FILE",
                                folder.resolve("plugins").toString(),
                        "RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString(),
                        "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
                        // The script becomes the server then, instead of watching it.
                        "RUNNING_UNDER_SYSTEMD", "true"));
        // Its idle threads would spin, and tests have few processors.
        builder.environment().put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+sbwt none +sbwtdcpu none +sbwtdio none");
        process = builder.start();
        await().atMost(START_LIMIT).pollInterval(Duration.ofMillis(50)).until(this::answers);
    }

    private boolean answers() {
        try {
            factory().newConnection().abort();
            return true;
        } catch (IOException | TimeoutException e) {
            return false;
        }
    }

    /** Connects as a client that is not ours does. */
    ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setUsername(USER);
        factory.setPassword(PASSWORD);
        factory.setVirtualHost(VHOST);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }

    /** The server and what it started. */
    void kill() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    int port() {
        return port;
    }

    int tlsPort() {
        return tlsPort;
    }

    ServerCertificate certificate() {
        return certificate;
    }

    String uri() {
        return "bus:rabbitmq://chaski:se%3Acret@127.0.0.1:" + port + "/" + VHOST;
    }

    @Override
    public void close() throws IOException {
        kill();
        mapper.destroyForcibly();
        mapper.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
