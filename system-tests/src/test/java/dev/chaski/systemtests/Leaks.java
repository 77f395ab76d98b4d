package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * What a client could leave behind in this process.
 *
 * @param threads its threads, virtual ones too, by name
 * @param sockets open sockets of the process
 * @param files open files of the process, sockets among them
 */
record Leaks(List<String> threads, int sockets, int files) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Leaks now() throws IOException, ReflectiveOperationException {
        int sockets = 0;
        int files = 0;
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            for (Path each : all.toList()) {
                files++;
                sockets += target(each).startsWith("socket:") ? 1 : 0;
            }
        }
        return new Leaks(clientThreads(), sockets, files);
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed by now";
        }
    }

    private static List<String> clientThreads() throws ReflectiveOperationException {
        // A dump of threads would tell, too; but JDK 25 may crash where it takes one while virtual threads end.
        Class<?> containers = Class.forName("jdk.internal.vm.ThreadContainers");
        Object root = containers.getMethod("root").invoke(null);
        Method threads = Class.forName("jdk.internal.vm.ThreadContainer").getMethod("threads");
        try (Stream<?> all = (Stream<?>) threads.invoke(root)) {
            return all.map(thread -> ((Thread) thread).getName())
                    .filter(name -> name.startsWith("chaski-"))
                    .toList();
        }
    }

    /** Waits a little for what is just ending. */
    static void assertNoMoreThan(Leaks before) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            Leaks after = now();
            assertThat(after.threads()).as("threads of the client").isEmpty();
            assertThat(after.sockets()).as("sockets").isLessThanOrEqualTo(before.sockets());
            assertThat(after.files()).as("files").isLessThanOrEqualTo(before.files());
        });
    }
}
