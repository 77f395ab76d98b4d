package dev.chaski.cli.tofile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Settings of files, and what is in them. */
final class TestFiles {
    static final String FORMAT = "<TOPIC>.<HOST><REV>.<DATETIME>.log";

    private TestFiles() {}

    /** As they come, in one folder. */
    static FileSettings plain(Path folder, Clock clock) {
        return settings(folder, folder, 0, 0, Duration.ZERO, clock);
    }

    static FileSettings settings(
            Path work, Path output, int gzipLevel, long rotateBytes, Duration rotateInterval, Clock clock) {
        return new FileSettings(
                work,
                output,
                FORMAT,
                DateText.of("%Y-%m-%d_%H"),
                "here",
                gzipLevel,
                rotateBytes,
                rotateInterval,
                true,
                clock);
    }

    /** The names of the files in a folder, sorted, but for hidden ones. */
    static List<String> names(Path folder) throws IOException {
        return files(folder).stream()
                .map(file -> folder.relativize(file).toString())
                .toList();
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !folder.relativize(file).toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** All lines of all files; each has to end with a line feed, and gzip with a whole member. */
    static List<String> lines(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files(folder)) {
            lines.addAll(linesOf(file));
        }
        return lines;
    }

    static List<String> linesOf(Path file) throws IOException {
        String text = text(file);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            throw new AssertionError(file + " ends within its last line");
        }
        return text.lines().toList();
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = file.toString().endsWith(".gz")
                ? new GZIPInputStream(Files.newInputStream(file))
                : Files.newInputStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
