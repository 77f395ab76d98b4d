package dev.chaski.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real nsqd or nsqlookupd on ports of the system's choice, to hold our answers against. Used by the thread of one test. */
public final class NsqProcess implements LookupUnderTest {
    private static final Pattern LISTENING = Pattern.compile("(TCP|HTTP): listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final long PATIENCE_S = 10;

    private final Process process;
    private final Path log;

    private NsqProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Returns when it listens; what it says is in a file of the folder. */
    public static NsqProcess start(Path binary, Path folder, String... flags) throws IOException {
        Path log = folder.resolve(binary.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "-tcp-address=127.0.0.1:0",
                "-http-address=127.0.0.1:0",
                "-broadcast-address=127.0.0.1"));
        command.addAll(List.of(flags));
        NsqProcess started = new NsqProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
        await().atMost(PATIENCE_S, TimeUnit.SECONDS).until(() -> started.tcpPort() > 0 && started.httpPort() > 0);
        return started;
    }

    private int port(String door) throws IOException {
        Matcher matcher = LISTENING.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            if (matcher.group(1).equals(door)) {
                return Integer.parseInt(matcher.group(2));
            }
        }
        return 0;
    }

    @Override
    public int tcpPort() throws IOException {
        return port("TCP");
    }

    @Override
    public int httpPort() throws IOException {
        return port("HTTP");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
