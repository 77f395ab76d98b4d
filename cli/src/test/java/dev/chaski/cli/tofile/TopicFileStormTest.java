package dev.chaski.cli.tofile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random messages, rotations, failures, deaths of the process and of the machine: whatever was synced is in a file, no file
 * has half of anything, and what failed is written when it comes again.
 */
class TopicFileStormTest {
    private static final int RUNS = Integer.getInteger("chaski.crash.rounds", 5);
    private static final int STEPS = 200;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"plain", "rotated", "gzip", "moved", "moved gzip"})
    void whatWasSyncedStaysWhateverHappens(String kind) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime() ^ kind.hashCode());
        System.out.println("whatWasSyncedStaysWhateverHappens " + kind + ": -Dseed=" + seed);
        Random random = new Random(seed);
        for (int run = 0; run < RUNS; run++) {
            new Storm(kind, Files.createDirectory(folder.resolve(kind + run)), random).run();
        }
    }

    /** One folder over many lives of a process. */
    private static final class Storm {
        private final Random random;
        private final TestClock clock = new TestClock();
        private final RecordedEvents events = new RecordedEvents();
        private final CrashingFiles disk = new CrashingFiles();
        private final Path output;
        private final FileSettings settings;
        private final Set<String> sent = new HashSet<>();
        private final Set<String> finished = new HashSet<>();
        private final List<String> written = new ArrayList<>();
        private TopicFile file;
        private int number;

        Storm(String kind, Path folder, Random random) {
            this.random = random;
            output = folder.resolve("output");
            Path work = kind.contains("moved") ? folder.resolve("work") : output;
            int level = kind.contains("gzip") ? 1 + random.nextInt(9) : 0;
            boolean isRotated = kind.equals("rotated") || level > 0 && random.nextBoolean();
            settings = TestFiles.settings(
                    work,
                    output,
                    level,
                    isRotated ? 1 + random.nextInt(200_000) : 0,
                    isRotated ? Duration.ofSeconds(1 + random.nextInt(100)) : Duration.ZERO,
                    clock);
            file = new TopicFile(settings, "orders", disk, events);
        }

        void run() throws IOException {
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                } catch (IOException e) {
                    abandon(e);
                }
            }
            disk.failNoMore();
            write();
            file.close();
            finish();
            assertFiles();
        }

        /** As the writer does; the disk stays full for some time. */
        private void abandon(IOException why) {
            try {
                file.abandon();
            } catch (IOException e) {
                why.addSuppressed(e);
            }
            written.clear();
            if (random.nextInt(3) == 0) {
                disk.failNoMore();
            }
        }

        private void step() throws IOException {
            switch (random.nextInt(20)) {
                case 0 -> clock.pass(Duration.ofSeconds(random.nextInt(2_000)));
                case 1 -> {
                    file.close(); // SIGHUP
                    finish();
                }
                case 2 -> disk.failAfter(random.nextInt(6));
                case 3 -> restartAfter(false);
                case 4 -> restartAfter(true);
                case 5, 6, 7 -> {
                    file.sync();
                    finish();
                }
                default -> write();
            }
        }

        private void write() throws IOException {
            if (file.isOver() || file.isFull()) {
                file.close();
                finish();
            }
            int size = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(200);
            String body = number++ + " " + "x".repeat(size);
            sent.add(body);
            file.write(body.getBytes(StandardCharsets.UTF_8));
            written.add(body);
        }

        private void finish() {
            finished.addAll(written);
            written.clear();
        }

        private void restartAfter(boolean powerCut) throws IOException {
            disk.failNoMore();
            if (powerCut) {
                disk.losePower(bytes -> random.nextInt(bytes + 1));
            } else {
                disk.crash();
            }
            written.clear();
            new Repair(settings.workFolder(), disk, events).all();
            if (Files.exists(output)) {
                assertFiles();
            }
            file = new TopicFile(settings, "orders", disk, events);
        }

        private void assertFiles() throws IOException {
            Set<String> lines = new HashSet<>(TestFiles.lines(output));
            assertThat(sent).containsAll(lines);
            assertThat(lines).containsAll(finished);
            if (settings.isMoved() && Files.exists(settings.workFolder())) {
                assertThat(TestFiles.names(settings.workFolder())).isEmpty();
            }
        }
    }
}
