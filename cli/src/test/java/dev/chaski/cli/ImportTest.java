package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.server.Chaski;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(90)
class ImportTest {
    private static final String TOPICS = """
            {"topics":[{"name":"orders","paused":false,"channels":[
               {"name":"billing","paused":false},{"name":"audit","paused":false}]},
              {"name":"lone","paused":false,"channels":null}],"version":"1.3.0"}""";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeFolder() throws IOException {
        NsqdWriter nsqd = new NsqdWriter(folder.resolve("nsqd"));
        nsqd.topics(TOPICS);
        nsqd.queue("orders:billing", 2, "b1", "b2", "b3");
        nsqd.queue("orders:audit", 0, "a1", "a2", "a3", "a4");
        nsqd.queue("orders", 0, "t1", "t2");
        nsqd.queue("lone", 0, "l1", "l2");
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("nsqd", "--data-path=ours"));
        arguments.replaceAll(
                each -> each.replace("nsqd", folder.resolve("nsqd") + "").replace("ours", folder.resolve("ours") + ""));
        arguments.addAll(List.of(more));
        ImportCommand command = new ImportCommand(print(out), print(err));
        return new CommandLine(command).execute(arguments.toArray(String[]::new));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void everyChannelOfAnNsqdGetsWhatItWasToGet() throws Exception {
        assertThat(run()).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("billing")
                .contains("imported 11 messages of 2 topics and 2 channels");
        try (Chaski chaski = Chaski.builder().dataPath(folder.resolve("ours")).start()) {
            assertThat(NsqReader.read(chaski.tcpAddress(), "orders", "billing", 5))
                    .containsExactly("3:b1", "3:b2", "3:b3", "1:t1", "1:t2");
            assertThat(NsqReader.read(chaski.tcpAddress(), "orders", "audit", 6))
                    .containsExactly("1:a1", "1:a2", "1:a3", "1:a4", "1:t1", "1:t2");
            assertThat(NsqReader.read(chaski.tcpAddress(), "lone", "first", 2)).containsExactly("1:l1", "1:l2");
        }
    }

    @Test
    void anImportIsNotDoneTwice() throws IOException {
        assertThat(run()).isZero();
        assertThat(run()).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("names already: orders, lone;");
    }

    @Test
    void whatIsNotAsNsqdLeavesItIsTold() throws IOException {
        Path file = folder.resolve("nsqd").resolve("orders.diskqueue.000005.dat");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(run()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("note: orders.diskqueue.000005.dat is cut off");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("imported 10 messages");
    }

    @Test
    void aFolderOfSomethingElseIsRefusedAndNothingIsMade() throws IOException {
        Files.delete(folder.resolve("nsqd").resolve("nsqd.dat"));
        assertThat(run()).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("is no data folder of nsqd");
        try (Stream<Path> entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void anOptionThatIsWrongIsAMistakeOfUse() {
        assertThat(run("--node-id=4096")).isEqualTo(ExitCode.USAGE);
    }
}
