package dev.chaski.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;

/** A real program of NSQ, of the folder that the environment names. Used by the thread of one test. */
final class NsqTool implements AutoCloseable {
    private static final String VARIABLE = "CHASKI_NSQ_BIN";

    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    private NsqTool(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts it, or skips the test where the environment names no folder that has it. */
    static NsqTool start(String name, String... flags) throws IOException {
        String folder = System.getenv(VARIABLE);
        Assumptions.assumeTrue(
                folder != null && Files.isExecutable(Path.of(folder, name)),
                VARIABLE + " names no folder with " + name);
        List<String> command = new ArrayList<>(List.of(Path.of(folder, name).toString()));
        command.addAll(List.of(flags));
        return new NsqTool(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** A port that was free a moment ago: these programs do not take 0 where others must know the port. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add("cannot be read: " + e);
        }
    }

    boolean said(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
