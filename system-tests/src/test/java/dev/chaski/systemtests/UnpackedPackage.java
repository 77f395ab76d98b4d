package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * What {@code chaski package} made, unpacked, and run as on a machine without Java. The JVM is told to end where it cannot
 * use the start-up cache. Used by one thread.
 */
record UnpackedPackage(Path folder) {
    private static final Pattern LISTENING = Pattern.compile("listening door=(\\w+) address=127\\.0\\.0\\.1:(\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Unpacks a tar.gz into a new folder. */
    static UnpackedPackage of(Path file, Path into) throws IOException, InterruptedException {
        Files.createDirectories(into);
        Commands.run(into, LIMIT, List.of("tar", "-xzf", file.toAbsolutePath().toString()));
        try (Stream<Path> roots = Files.list(into)) {
            List<Path> all = roots.toList();
            assertThat(all).as("the one folder in %s", file).hasSize(1);
            return new UnpackedPackage(all.getFirst());
        }
    }

    /** The words that run a command of it. */
    List<String> command(String... words) {
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "CHASKI_JAVA_OPTS=-XX:AOTMode=on"));
        command.add(folder.resolve("chaski").toString());
        command.addAll(List.of(words));
        return command;
    }

    /** Runs a command to its end; what it printed. */
    String run(String... words) throws IOException, InterruptedException {
        return Commands.run(folder.getParent(), LIMIT, command(words));
    }

    /** A broker of it that serves. */
    record Broker(CommandProcess process, InetSocketAddress nsq, HttpDoor http) {}

    /** Starts a broker, and waits until it serves. */
    Broker serve(Path data, Path log) throws IOException {
        CommandProcess process = CommandProcess.of(
                log,
                command(
                        "serve",
                        "--tcp-address=127.0.0.1:0",
                        "--http-address=127.0.0.1:0",
                        "--lookup-tcp-address=",
                        "--lookup-http-address=",
                        "--data-path=" + data));
        Map<String, Integer> doors = new TreeMap<>();
        Awaitility.await().atMost(LIMIT).until(() -> {
            Matcher matcher = LISTENING.matcher(process.output());
            while (matcher.find()) {
                doors.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
            }
            return doors.keySet().containsAll(List.of("nsq", "http")) || !process.isAlive();
        });
        assertThat(process.isAlive())
                .as("it serves; it printed:\n%s", process.output())
                .isTrue();
        return new Broker(process, address(doors, "nsq"), new HttpDoor(address(doors, "http")));
    }

    private static InetSocketAddress address(Map<String, Integer> doors, String name) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), doors.get(name));
    }

    /** Each file and folder with its times and a sum of its bytes. */
    Map<String, String> contents() throws Exception {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                String sum = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? sha256(file) : "";
                contents.put(
                        folder.relativize(file).toString(),
                        Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS) + " " + sum);
            }
        }
        return contents;
    }

    /** As sha256sum prints it. */
    static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
