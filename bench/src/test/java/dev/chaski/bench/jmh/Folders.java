package dev.chaski.bench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where benchmarks keep their data: under java.io.tmpdir, which should be a disk like the one to be used later. */
final class Folders {
    private Folders() {}

    static Path create() throws IOException {
        return Files.createTempDirectory("chaski-jmh");
    }

    static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(folder)) {
            paths = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
