package dev.chaski.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What this process was started with and hands on to its children. */
final class InheritedSignals {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IGNORED = "SigIgn:";

    private InheritedSignals() {}

    /** Whether a signal is ignored: {@code HUP}, {@code INT} or {@code TERM}. Where the system does not tell, it is not. */
    static boolean ignored(String name) throws IOException {
        if (!Files.exists(STATUS)) {
            return false;
        }
        int number = Map.of("HUP", 1, "INT", 2, "TERM", 15).get(name);
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(IGNORED)) {
                long mask =
                        Long.parseUnsignedLong(line.substring(IGNORED.length()).strip(), 16);
                return (mask >>> (number - 1) & 1) == 1;
            }
        }
        return false;
    }
}
