package dev.chaski.bus.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A {@link DyingMember} in a process of its own. */
final class MemberProcess implements AutoCloseable {
    private final Process process;
    private final List<String> words = new CopyOnWriteArrayList<>();

    MemberProcess(String uri, String topic, String queue, long ackTimeoutMs) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                        DyingMember.class.getName(),
                        uri,
                        topic,
                        queue,
                        Long.toString(ackTimeoutMs))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(words::add);
        } catch (IOException | RuntimeException e) {
            words.add("unreadable: " + e);
        }
    }

    boolean hasSaid(String word) {
        return words.contains(word);
    }

    /** As {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }
}
