package dev.chaski.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What Linux tells of itself in files. Elsewhere they are not there, and nothing is told. Any thread. */
final class SystemFiles {
    private final Path root;

    /** Below a folder: the root of the file system, or that of a test. */
    SystemFiles(Path root) {
        this.root = root;
    }

    Path path(String name) {
        return root.resolve(name);
    }

    /** The lines of a file, none where it is not there or cannot be read. */
    List<String> lines(String name) {
        try {
            return Files.readAllLines(path(name));
        } catch (IOException | java.io.UncheckedIOException e) {
            return List.of();
        }
    }

    /** The number that is all of a file. */
    OptionalLong number(String name) {
        List<String> lines = lines(name);
        return lines.isEmpty() ? OptionalLong.empty() : number(lines, 0);
    }

    private static OptionalLong number(List<String> lines, int line) {
        try {
            return OptionalLong.of(Long.parseLong(lines.get(line).strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // such as "max"
        }
    }

    /** The number after a name and perhaps before a unit, as in {@code MemTotal: 4028 kB}; it counts the unit. */
    OptionalLong field(String name, String field) {
        for (String line : lines(name)) {
            if (line.startsWith(field)) {
                String[] words = line.substring(field.length()).strip().split("\\s+", -1);
                OptionalLong number = number(List.of(words[0]), 0);
                boolean isKib = words.length > 1 && words[1].equals("kB");
                return isKib && number.isPresent() ? OptionalLong.of(number.getAsLong() << 10) : number;
            }
        }
        return OptionalLong.empty();
    }
}
