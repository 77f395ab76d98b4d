package dev.chaski.cli.doctor;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is mounted where, as the kernel tells it: proc(5), {@code mountinfo}. */
final class Mounts {
    /**
     * A file system.
     *
     * @param at where it is mounted
     * @param type such as {@code ext4}
     * @param options of the mount and of the file system, with commas between
     */
    record Mount(Path at, String type, String options) {
        boolean has(String option) {
            return List.of(options.split(",", -1)).contains(option);
        }
    }

    private static final int POINT_FIELD = 4;
    private static final int OPTIONS_FIELD = 5;

    private Mounts() {}

    /** That which a folder is on: the deepest, and of several at one place the last. */
    static @Nullable Mount of(SystemFiles system, Path folder) {
        Mount deepest = null;
        for (String line : system.lines("proc/self/mountinfo")) {
            String[] halves = line.split(" - ", 2);
            String[] before = halves[0].split(" ", -1);
            String[] after = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
            if (before.length <= OPTIONS_FIELD || after.length < 1) {
                continue;
            }
            Path at = Path.of(before[POINT_FIELD].replace("\\040", " "));
            boolean isDeeper =
                    deepest == null || at.getNameCount() >= deepest.at().getNameCount();
            if (folder.startsWith(at) && isDeeper) {
                Set<String> options = new LinkedHashSet<>(List.of(before[OPTIONS_FIELD].split(",", -1)));
                options.addAll(after.length > 2 ? List.of(after[2].split(",", -1)) : List.of());
                deepest = new Mount(at, after[0], String.join(",", options));
            }
        }
        return deepest;
    }
}
