package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class InspectTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void makeFolder() throws IOException {
        NsqdWriter nsqd = new NsqdWriter(folder.resolve("nsqd"));
        nsqd.topics("""
                {"topics":[{"name":"orders","paused":false,"channels":[
                   {"name":"billing","paused":true},{"name":"audit","paused":false}]}]}""");
        nsqd.queue("orders:billing", 2, "b1", "b2\u001b[2J");
        nsqd.queue("orders:audit", 0, "a1", "a2", "a3");
        nsqd.queue("orders", 0, "t1");
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        int code = new CommandLine(new ImportCommand(nowhere, nowhere))
                .execute(folder.resolve("nsqd").toString(), "--data-path=" + folder.resolve("ours"));
        assertThat(code).isZero();
    }

    private int run(String... more) {
        out.reset();
        err.reset();
        InspectCommand command = new InspectCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        String[] arguments = new String[more.length + 1];
        arguments[0] = folder.resolve("ours").toString();
        System.arraycopy(more, 0, arguments, 1, more.length);
        return new CommandLine(command).execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theTablesNameTopicsAndWhatChannelsHaveStillToRead() {
        assertThat(run("--verify")).isZero();
        assertThat(printed().lines().map(line -> line.replaceAll(" +", " ")))
                .anyMatch(line -> line.startsWith("orders 1 1 6 "))
                .anyMatch(line -> line.startsWith("orders billing 3 0 ") && line.endsWith(" paused"))
                .anyMatch(line -> line.startsWith("orders audit 4 0 "))
                .anyMatch(line -> line.startsWith("verified: "));
        assertThat(run("--topic=orders")).isZero();
        assertThat(printed()).contains("-0.seg").contains("sealed");
    }

    @Test
    void theJsonSaysTheSame() throws IOException {
        assertThat(run("--json")).isZero();
        JsonNode topic = new ObjectMapper().readTree(printed()).path("topics").path(0);
        assertThat(topic.path("name").asText()).isEqualTo("orders");
        assertThat(topic.path("messages").asLong()).isEqualTo(6);
        assertThat(topic.path("channels").path(0).path("name").asText()).isEqualTo("audit");
        assertThat(topic.path("channels").path(0).path("unread").asLong()).isEqualTo(4);
        assertThat(topic.path("segments").path(0).path("state").asText()).isEqualTo("sealed");
    }

    @Test
    void messagesArePrintedAndMoveNoCursor() throws IOException {
        assertThat(run("--topic=orders", "--dump", "--limit=2")).isZero();
        assertThat(printed().lines()).hasSize(2);
        assertThat(printed()).contains("attempts=3").contains("b1").contains("b2\\u001b[2J");
        assertThat(run("--topic=orders", "--dump", "--json", "--body=hex", "--body-max=1"))
                .isZero();
        JsonNode first =
                new ObjectMapper().readTree(printed().lines().findFirst().orElseThrow());
        assertThat(first.path("body").asText()).isEqualTo("62");
        assertThat(first.path("is_cut").asBoolean()).isTrue();
        long next = first.path("offset").asLong() + 1;
        assertThat(run("--topic=orders", "--dump", "--from=" + next, "--limit=1", "--body=none"))
                .isZero();
        assertThat(printed()).startsWith(next + "  ").doesNotContain("b2");
    }

    @Test
    void damageIsToldByTheExitCodeToo() throws IOException {
        run("--json");
        JsonNode segment = new ObjectMapper()
                .readTree(printed())
                .path("topics")
                .path(0)
                .path("segments")
                .path(0);
        try (RandomAccessFile file = new RandomAccessFile(segment.path("file").asText(), "rw")) {
            file.seek(40);
            file.write(1);
        }
        assertThat(run()).isZero();
        assertThat(run("--verify")).isEqualTo(ExitCode.FAILED);
        assertThat(printed()).contains("damage: ").contains("does not match its CRC");
    }

    @Test
    void mistakesAreToldInWords() {
        assertThat(run("--dump")).isEqualTo(ExitCode.USAGE);
        assertThat(run("--topic=other")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("has no topic other");
    }
}
