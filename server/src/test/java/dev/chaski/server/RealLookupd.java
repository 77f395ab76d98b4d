package dev.chaski.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real nsqlookupd on ports of the system's choice, to hold our answers against. */
final class RealLookupd implements LookupUnderTest {
    private static final Pattern LISTENING = Pattern.compile("(TCP|HTTP): listening on 127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path log;

    private RealLookupd(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static RealLookupd start(Path binary, Path folder) throws IOException {
        Path log = folder.resolve("nsqlookupd.log");
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "-tcp-address=127.0.0.1:0",
                        "-http-address=127.0.0.1:0",
                        "-broadcast-address=127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        RealLookupd started = new RealLookupd(process, log);
        await().atMost(10, TimeUnit.SECONDS).until(() -> started.port("TCP") > 0 && started.port("HTTP") > 0);
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
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
