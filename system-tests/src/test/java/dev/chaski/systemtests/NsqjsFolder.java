package dev.chaski.systemtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The scripts that use nsqjs, in a folder with all they need. */
final class NsqjsFolder {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private NsqjsFolder() {}

    /** Makes the folder; passes the test over where there is no Node. */
    static Path install(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Commands.isInstalled("node") && Commands.isInstalled("npm"), "there is no Node on this machine");
        Files.createDirectories(folder);
        Path sources = Path.of(System.getProperty("chaski.root"), "system-tests/src/test/js");
        try (var files = Files.list(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Commands.run(folder, LIMIT, List.of("npm", "ci", "--silent"));
        return folder;
    }
}
