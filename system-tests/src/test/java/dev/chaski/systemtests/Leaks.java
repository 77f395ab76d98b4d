package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern OURS = Pattern.compile("\"name\": \"(chaski-[^\"]*)\"");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Leaks now() throws IOException {
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

    private static List<String> clientThreads() throws IOException {
        Path folder = Files.createTempDirectory("threads");
        Path dump = folder.resolve("dump.json");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
            List<String> names = new ArrayList<>();
            Matcher matcher = OURS.matcher(Files.readString(dump));
            while (matcher.find()) {
                names.add(matcher.group(1));
            }
            return names;
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(folder);
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
