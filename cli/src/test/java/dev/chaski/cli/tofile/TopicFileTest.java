package dev.chaski.cli.tofile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a file is over and how the next is named; and what a restart finds. */
class TopicFileTest {
    private static final String HOUR = ".2026-03-01_12.log";

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final RecordedEvents events = new RecordedEvents();
    private Path work;
    private Path output;

    @BeforeEach
    void name() {
        work = folder.resolve("work");
        output = folder.resolve("output");
    }

    private TopicFile file(FileSettings settings) {
        return new TopicFile(settings, "orders", FileOpener.REAL, events);
    }

    /** What the writer does with a message. */
    private static void write(TopicFile file, String... bodies) throws IOException {
        for (String body : bodies) {
            if (file.isOver() || file.isFull()) {
                file.close();
            }
            file.write(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void theHourMakesANewFile() throws Exception {
        TopicFile file = file(TestFiles.plain(output, clock));
        write(file, "one");
        clock.pass(Duration.ofSeconds(59));
        write(file, "two");
        clock.pass(Duration.ofSeconds(1));
        write(file, "three");
        file.close();
        assertThat(TestFiles.names(output))
                .containsExactly("orders.here.2026-03-01_12.log", "orders.here.2026-03-01_13.log");
        assertThat(TestFiles.lines(output)).containsExactly("one", "two", "three");
    }

    @Test
    void aFileThatGrewBiggerIsOver() throws Exception {
        TopicFile file = file(TestFiles.settings(output, output, 0, 8, Duration.ZERO, clock));
        write(file, "123", "567", "9", "next");
        file.close();
        assertThat(TestFiles.names(output)).containsExactly("orders.here-000000" + HOUR, "orders.here-000001" + HOUR);
        assertThat(Files.readString(output.resolve("orders.here-000000" + HOUR)))
                .isEqualTo("123\n567\n9\n");
    }

    @Test
    void anIntervalMakesANewFile() throws Exception {
        TopicFile file = file(TestFiles.settings(output, output, 0, 0, Duration.ofSeconds(10), clock));
        write(file, "one");
        clock.pass(Duration.ofSeconds(10));
        assertThat(file.isOver()).isFalse();
        clock.pass(Duration.ofMillis(1));
        assertThat(file.isOver()).isTrue();
        write(file, "two");
        file.close();
        assertThat(TestFiles.names(output)).hasSize(2);
    }

    @Test
    void numbersGoOnAfterARestartAndBeginAnewWithTheHour() throws Exception {
        FileSettings settings = TestFiles.settings(output, output, 6, 0, Duration.ZERO, clock);
        for (String body : List.of("one", "two")) {
            TopicFile file = file(settings);
            write(file, body);
            file.close();
        }
        TopicFile file = file(settings);
        clock.pass(Duration.ofHours(1));
        write(file, "three");
        file.close();
        assertThat(TestFiles.names(output))
                .containsExactly(
                        "orders.here-000000" + HOUR + ".gz",
                        "orders.here-000000.2026-03-01_13.log.gz",
                        "orders.here-000001" + HOUR + ".gz");
    }

    @Test
    void aFileIsBroughtToTheOutputFolderWhenItIsWholeAndNeverOverAnother() throws Exception {
        TopicFile file = file(TestFiles.settings(work, output, 0, 0, Duration.ZERO, clock));
        write(file, "one");
        assertThat(TestFiles.names(work)).containsExactly("orders.here-000000" + HOUR);
        Files.createDirectories(output);
        Files.writeString(output.resolve("orders.here-000000" + HOUR), "somebody's\n");
        file.close();
        assertThat(TestFiles.names(work)).isEmpty();
        assertThat(Files.readString(output.resolve("orders.here-000000" + HOUR)))
                .isEqualTo("somebody's\n");
        assertThat(Files.readString(output.resolve("orders.here-000001" + HOUR)))
                .isEqualTo("one\n");
    }

    @Test
    void withoutANumberAFileOfTheSameNameIsAppendedTo() throws Exception {
        Files.createDirectories(output);
        Files.writeString(output.resolve("orders.here" + HOUR), "of somebody without an end");
        TopicFile file = file(TestFiles.plain(output, clock));
        write(file, "one");
        file.close();
        write(file, "two");
        file.close();
        assertThat(TestFiles.lines(output)).containsExactly("of somebody without an end", "one", "two");
    }

    @Test
    void twoProcessesNeverAppendToTheSameFile() throws Exception {
        TopicFile first = file(TestFiles.plain(output, clock));
        write(first, "one");
        TopicFile second = file(TestFiles.plain(output, clock));
        assertThatThrownBy(() -> write(second, "two"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another process writes to");
        first.close();
        write(second, "two");
        second.close();
        assertThat(TestFiles.lines(output)).containsExactly("one", "two");
    }

    @Test
    void anEmptyGzipFileIsOne() throws Exception {
        TopicFile file = file(TestFiles.settings(output, output, 6, 0, Duration.ZERO, clock));
        file.open();
        file.close();
        assertThat(TestFiles.files(output)).hasSize(1);
        assertThat(TestFiles.lines(output)).isEmpty();
    }

    @Test
    void aTornLineIsCutOffAtTheNextStart() throws Exception {
        leave(TestFiles.plain(output, clock), "one\ntwo\n", "thr");
        new Repair(output, FileOpener.REAL, events).all();
        assertThat(events.lines).containsExactly("repaired orders.here" + HOUR + " 3");
        assertThat(TestFiles.lines(output)).containsExactly("one", "two");
        assertNoMarks(output);
    }

    @Test
    void aTornMemberOfGzipIsCutOffAndTheFileBroughtToTheOutput() throws Exception {
        FileSettings settings = TestFiles.settings(work, output, 6, 0, Duration.ZERO, clock);
        leave(settings, "one\n", "\u001f\u008b\b\0\0");
        new Repair(work, FileOpener.REAL, events).all();
        assertThat(events.lines).hasSize(1).first().asString().startsWith("repaired orders.here-000000");
        assertThat(TestFiles.names(work)).isEmpty();
        assertThat(TestFiles.lines(output)).containsExactly("one");
        assertNoMarks(work);
    }

    @Test
    void whatWasSyncedAfterTheMarkStays() throws Exception {
        FileSettings settings = TestFiles.settings(output, output, 1, 0, Duration.ZERO, clock);
        TopicFile other =
                file(TestFiles.settings(folder.resolve("other"), folder.resolve("other"), 1, 0, Duration.ZERO, clock));
        write(other, "two");
        other.close();
        byte[] member =
                Files.readAllBytes(TestFiles.files(folder.resolve("other")).getFirst());
        leave(settings, "one\n", new String(member, StandardCharsets.ISO_8859_1));
        new Repair(output, FileOpener.REAL, events).all();
        assertThat(TestFiles.lines(output)).containsExactly("one", "two");
    }

    @Test
    void aFileWithoutAWholeMemberGoes() throws Exception {
        leave(TestFiles.settings(work, output, 6, 0, Duration.ZERO, clock), "", "torn");
        new Repair(work, FileOpener.REAL, events).all();
        assertThat(TestFiles.names(folder)).containsExactly("work/.chaski-to-file/lock");
    }

    @Test
    void whatSomebodyWritesIsNotTouchedByARestart() throws Exception {
        TopicFile file = file(TestFiles.settings(work, output, 0, 0, Duration.ZERO, clock));
        write(file, "one");
        file.sync();
        new Repair(work, FileOpener.REAL, events).all();
        write(file, "two");
        file.close();
        assertThat(TestFiles.lines(output)).containsExactly("one", "two");
    }

    @Test
    void aMarkWithoutItsEndIsRemoved() throws Exception {
        Path marks = Files.createDirectories(work.resolve(OpenFiles.FOLDER));
        Files.writeString(marks.resolve("x.open"), "chaski-to-file 1\nsynced 000");
        new Repair(work, FileOpener.REAL, events).all();
        assertNoMarks(work);
    }

    private static void assertNoMarks(Path folder) throws IOException {
        assertThat(TestFiles.names(folder.resolve(OpenFiles.FOLDER))).containsExactly("lock");
    }

    /** What a process leaves that is killed after a sync, in the middle of a write. */
    private void leave(FileSettings settings, String synced, String torn) throws IOException {
        CrashingFiles disk = new CrashingFiles();
        TopicFile file = new TopicFile(settings, "orders", disk, events);
        for (String line : synced.lines().toList()) {
            write(file, line);
        }
        Path path = file.open().path();
        file.sync();
        disk.crash();
        events.lines.clear();
        Files.write(path, torn.getBytes(StandardCharsets.ISO_8859_1), java.nio.file.StandardOpenOption.APPEND);
    }
}
