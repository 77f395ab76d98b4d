package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class BackupTest {
    @TempDir
    Path work;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String data = "";

    @BeforeEach
    void makeFolder() throws IOException {
        NsqdWriter nsqd = new NsqdWriter(work.resolve("nsqd"));
        nsqd.topics("""
                {"topics":[{"name":"orders","paused":false,"channels":[{"name":"billing","paused":true}]}]}""");
        nsqd.queue("orders:billing", 2, "b1", "b2");
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        data = work.resolve("data").toString();
        int code = new CommandLine(new ImportCommand(nowhere, nowhere))
                .execute(work.resolve("nsqd").toString(), "--data-path=" + data);
        assertThat(code).isZero();
    }

    private PrintStream stream(ByteArrayOutputStream bytes) {
        bytes.reset();
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private int backup(String... arguments) {
        return run(new BackupCommand(stream(out), stream(err), whenSignalled -> {}), arguments);
    }

    private int verify(String... arguments) {
        return run(new VerifyCommand(stream(out), stream(err)), arguments);
    }

    private int restore(String... arguments) {
        return run(new RestoreCommand(stream(out), stream(err)), arguments);
    }

    private static int run(Callable<Integer> command, String... arguments) {
        return new CommandLine(command).execute(arguments);
    }

    private String at(String name) {
        return work.resolve(name).toString();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFolderIsBackedUpVerifiedAndRestored() {
        assertThat(backup(data, at("b"))).as(complained()).isZero();
        assertThat(said()).startsWith("backed up " + data + " as of ").contains("copied");
        assertThat(verify(at("b"))).isZero();
        assertThat(said()).startsWith("clean: 2 messages of 1 topic in ").contains("a backup of " + data);
        assertThat(verify(data)).isZero();
        assertThat(said()).isEqualTo("clean: 2 messages of 1 topic\n");
        assertThat(restore(at("b"), at("r"))).as(complained()).isZero();
        assertThat(said()).contains("start it with: chaski serve --data-path=" + at("r"));
        assertThat(verify("--quiet", at("r"))).isZero();
        assertThat(said() + complained()).isEmpty();
    }

    @Test
    void scriptsGetJson() throws IOException {
        assertThat(backup("--json", data, at("b1"))).isZero();
        JsonNode first = new ObjectMapper().readTree(said());
        assertThat(first.path("backup").asText()).isEqualTo(at("b1"));
        assertThat(first.path("messages").asLong()).isEqualTo(2);
        assertThat(first.path("shared_bytes").asLong()).isZero();
        assertThat(backup("--json", data, at("b2"))).isZero();
        assertThat(new ObjectMapper().readTree(said()).path("shared_bytes").asLong())
                .isPositive();
        assertThat(backup("--json", "--full", data, at("b3"))).isZero();
        assertThat(new ObjectMapper().readTree(said()).path("shared_bytes").asLong())
                .isZero();
        flip(Path.of(at("b1")), ".seg", 40);
        assertThat(verify("--json", at("b1"))).isEqualTo(ExitCode.FAILED);
        JsonNode found = new ObjectMapper().readTree(said());
        assertThat(found.path("is_clean").asBoolean(true)).isFalse();
        assertThat(found.path("is_backup").asBoolean()).isTrue();
        JsonNode damage = found.path("damage").path(1);
        assertThat(damage.path("topic").asText()).isEqualTo("orders");
        assertThat(damage.path("messages").asLong()).isEqualTo(2); // of one record
        assertThat(damage.path("end_offset").asLong())
                .isEqualTo(damage.path("first_offset").asLong() + 2);
    }

    private static void flip(Path folder, String ending, long at) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            Path path = walk.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.seek(at);
                int old = file.read();
                file.seek(at);
                file.write(old ^ 1);
            }
        }
    }

    @Test
    void damageIsToldWithItsTopicAndRefusedByRestore() throws IOException {
        assertThat(backup(data, at("b"))).isZero();
        flip(Path.of(at("b")), ".seg", 40);
        assertThat(verify(at("b"))).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("(topic orders, offsets ").containsPattern("\\d+ places? damaged");
        assertThat(restore(at("b"), at("r"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("is damaged").contains("--allow-damage");
        assertThat(restore("--force", "--allow-damage", at("b"), at("r"))).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("start it with");
        assertThat(verify(at("r"))).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void mistakesAreToldInWords() throws IOException {
        assertThat(backup("--full", "--since=x", data, at("b"))).isEqualTo(ExitCode.USAGE);
        assertThat(backup(at("nothing"), at("b"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("is no data folder");
        assertThat(backup(data, data)).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("exists");
        assertThat(backup("--since=" + at("nothing"), data, at("b"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("has no MANIFEST");
        assertThat(work.resolve("b")).doesNotExist();
        assertThat(verify(at("nothing"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("is no data folder");
        assertThat(restore(data, at("r"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("is no backup");
        assertThat(backup(data, at("b"))).isZero();
        assertThat(restore(at("b"), data)).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("is not empty");
        assertThat(restore("--force", at("b"), data)).isZero();
        assertThat(said()).contains("what was there before is in " + data);
    }

    @Test
    void aSignalLeavesNothingBehind() {
        BackupCommand command = new BackupCommand(stream(out), stream(err), Runnable::run); // one came at once
        assertThat(run(command, data, at("b"))).isEqualTo(ExitCode.FAILED);
        assertThat(complained()).contains("ended before it was done");
        assertThat(work.resolve("b")).doesNotExist();
        assertThat(work.resolve("b.unfinished")).doesNotExist();
        assertThat(work.resolve("data/snapshots")).isDirectoryNotContaining(path -> !path.endsWith("lock"));
    }
}
