package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What a broker printed, line by line. Filled by one reader thread, read by any. */
final class BrokerLog {
    private static final Pattern ERROR = Pattern.compile("\\b(ERROR|FATAL)\\b|^Exception in thread");

    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    BrokerLog(InputStream from, Path copy, Consumer<String> onLine) {
        reader = Thread.ofPlatform().daemon().name("broker-log").start(() -> read(from, copy, onLine));
    }

    private void read(InputStream from, Path copy, Consumer<String> onLine) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
                Writer out = Files.newBufferedWriter(copy)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                out.write(line);
                out.write('\n');
                out.flush();
                onLine.accept(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until all that a dead process printed has been read. */
    void awaitEnd() throws InterruptedException {
        reader.join(5_000);
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    boolean contains(Pattern pattern) {
        return lines().stream().anyMatch(line -> pattern.matcher(line).find());
    }

    /** The first lines that report a failure. */
    List<String> errors() {
        return lines().stream()
                .filter(line -> ERROR.matcher(line).find())
                .limit(20)
                .toList();
    }

    void assertNoErrors() {
        assertThat(errors()).as("errors in the broker's log").isEmpty();
    }

    String tail() {
        List<String> all = lines();
        return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
    }
}
