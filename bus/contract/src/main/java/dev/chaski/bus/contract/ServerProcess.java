package dev.chaski.bus.contract;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A server of others that tests start, kill and start again, as a process that listens on the loopback interface. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private final List<String> command;
    private Process process;
    private int starts;

    /**
     * Starts it and waits until it listens.
     *
     * @param folder where it runs, and its output goes to {@code server-N.log}
     * @param port where it is going to listen
     * @param command what starts it
     * @throws IOException where it does not start
     */
    public ServerProcess(Path folder, int port, List<String> command) throws IOException {
        this.folder = folder;
        this.port = port;
        this.command = List.copyOf(command);
        this.process = run();
    }

    /**
     * A port of the loopback interface that is free at this moment.
     *
     * @return its number
     * @throws IOException where there is none
     */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * The program of that name; the test is skipped where it is not installed.
     *
     * @param name of the program
     * @param debianPackage said to who reads why the test was skipped
     * @return its path
     */
    public static String program(String name, String debianPackage) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        Path program = Arrays.stream(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(program != null, () -> "no " + name + " here; install Debian's " + debianPackage);
        return String.valueOf(program);
    }

    private Process run() throws IOException {
        starts++;
        Path log = folder.resolve("server-" + starts + ".log");
        Process started = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            await().atMost(START_LIMIT).until(() -> {
                if (!started.isAlive()) {
                    throw new IOException("the server ended at once: " + Files.readString(log));
                }
                return isListening();
            });
        } catch (RuntimeException | Error e) {
            started.destroyForcibly();
            throw e;
        }
        return started;
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Where it listens.
     *
     * @return a port of the loopback interface
     */
    public int port() {
        return port;
    }

    /** As {@code kill -9} does; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Lets it end in its own way; returns when it has. */
    public void stop() {
        process.destroy();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /**
     * Starts it again where it was, and waits until it listens.
     *
     * @throws IOException where it does not start
     */
    public void start() throws IOException {
        process = run();
    }

    @Override
    public void close() {
        kill();
    }
}
