package dev.chaski.server.http;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real nsqd on ports of the system's choice, to hold our answers against. */
final class RealNsqd implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("HTTP: listening on 127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final int httpPort;

    private RealNsqd(Process process, int httpPort) {
        this.process = process;
        this.httpPort = httpPort;
    }

    static RealNsqd start(Path binary, Path folder) throws IOException {
        Path log = folder.resolve("nsqd.log");
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "-tcp-address=127.0.0.1:0",
                        "-http-address=127.0.0.1:0",
                        "-broadcast-address=127.0.0.1",
                        "-data-path=" + folder)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int port = await().atMost(10, TimeUnit.SECONDS).until(() -> port(log), found -> found > 0);
        return new RealNsqd(process, port);
    }

    private static int port(Path log) throws IOException {
        Matcher matcher = LISTENING.matcher(Files.readString(log));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    int httpPort() {
        return httpPort;
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
