package dev.chaski.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The etcd on the PATH, on free ports of the loopback interface. It does not run until it is started. */
final class EtcdProcess implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final int peerPort;
    private int starts;
    private Process process;

    EtcdProcess(Path folder) throws IOException {
        this.folder = folder;
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            peerPort = other.getLocalPort();
        }
    }

    static boolean isInstalled() {
        return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "etcd")));
    }

    /** With an empty data folder each time: what was registered is gone. */
    void start() throws IOException {
        starts++;
        process = new ProcessBuilder(
                        "etcd",
                        "--data-dir=" + folder.resolve("data" + starts),
                        "--listen-client-urls=http://127.0.0.1:" + port,
                        "--advertise-client-urls=http://127.0.0.1:" + port,
                        "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                        "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                        "--initial-cluster=default=http://127.0.0.1:" + peerPort)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("etcd" + starts + ".log").toFile())
                .start();
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Lets it neither work nor end. */
    void freeze() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    URI uri(int ttlS) {
        return URI.create("etcd://127.0.0.1:" + port + "?ttl=" + ttlS);
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
