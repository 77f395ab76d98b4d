package dev.chaski.bus.redis;

import dev.chaski.bus.contract.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The redis-server on the PATH, on a free port of the loopback interface. */
final class RedisServer implements AutoCloseable {
    private final ServerProcess process;

    /**
     * Starts it, or reports the test as skipped where there is none.
     *
     * @param settings as in its configuration, on top of the folder and the port
     */
    RedisServer(Path folder, String... settings) throws IOException {
        this("--port", folder, settings);
    }

    private RedisServer(String portSetting, Path folder, String... settings) throws IOException {
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>(List.of(
                ServerProcess.program("redis-server", "redis-server"),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                ""));
        command.addAll(List.of(settings));
        command.addAll(List.of(portSetting, Integer.toString(port)));
        process = new ServerProcess(folder, port, command);
    }

    /** One that does not lose what it has answered. */
    static RedisServer durable(Path folder) throws IOException {
        return new RedisServer(folder, "--appendonly", "yes", "--appendfsync", "always");
    }

    /** One that speaks TLS only. */
    static RedisServer secure(Path folder, Path certificatePem, Path keyPem) throws IOException {
        return new RedisServer(
                "--tls-port",
                folder,
                "--port",
                "0",
                "--tls-cert-file",
                certificatePem.toString(),
                "--tls-key-file",
                keyPem.toString(),
                "--tls-auth-clients",
                "no");
    }

    /** With what is on its disk. */
    void start() throws IOException {
        process.start();
    }

    void kill() {
        process.kill();
    }

    int port() {
        return process.port();
    }

    String uri() {
        return "bus:redis://127.0.0.1:" + port();
    }

    @Override
    public void close() {
        process.close();
    }
}
