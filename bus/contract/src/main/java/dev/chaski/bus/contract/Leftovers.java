package dev.chaski.bus.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a bus could leave behind in this process.
 *
 * @param threads how many there are, virtual ones too, by their names without numbers
 * @param files open files and sockets of the process
 */
record Leftovers(Map<String, Integer> threads, int files) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** The JDK's pools grow as it likes, and timers are short. */
    private static final String NOBODYS = "ForkJoinPool.*|bus-timer|";

    static Leftovers now() throws IOException, ReflectiveOperationException {
        int files = 0;
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> all = Files.list(DESCRIPTORS)) {
                files = (int) all.count();
            }
        }
        return new Leftovers(threadsByName(), files);
    }

    private static Map<String, Integer> threadsByName() throws ReflectiveOperationException {
        Map<String, Integer> counts = new TreeMap<>();
        // A dump of threads would tell, too; but JDK 25 may crash where it takes one while virtual threads end.
        Class<?> containers = Class.forName("jdk.internal.vm.ThreadContainers");
        Object root = containers.getMethod("root").invoke(null);
        Object threads = Class.forName("jdk.internal.vm.ThreadContainer")
                .getMethod("threads")
                .invoke(root);
        try (Stream<?> all = (Stream<?>) threads) {
            all.map(thread -> ((Thread) thread).getName().replaceAll("[0-9a-f-]{8,}|[0-9]+", "#"))
                    .filter(name -> !name.matches(NOBODYS))
                    .forEach(name -> counts.merge(name, 1, Integer::sum));
        }
        return counts;
    }

    void assertNoMoreThan(Leftovers before) {
        assertThat(files).as("open files and sockets").isLessThanOrEqualTo(before.files);
        threads.forEach((name, count) ->
                assertThat(count).as("threads %s", name).isLessThanOrEqualTo(before.threads.getOrDefault(name, 0)));
    }
}
