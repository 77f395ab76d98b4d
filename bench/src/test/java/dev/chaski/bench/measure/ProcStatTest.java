package dev.chaski.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bench.load.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class ProcStatTest {
    private static final String FIELDS =
            " S 1 10 10 0 -1 4194560 900 0 3 0 1234 567 89 12 20 0 14 0 5000 1000000 2000 1";

    @ParameterizedTest
    @ValueSource(strings = {"nsqd", "a b", "x) S 1 2 3 (y", "((", "", ") "})
    void timesAreFoundWhateverTheCommandIsCalled(String name) {
        ProcStat stat = ProcStat.parse("4711 (" + name + ")" + FIELDS + "\n");
        assertThat(stat).isEqualTo(new ProcStat(1234, 567));
        assertThat(stat.cpuNs()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(18_010));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4711 nsqd S 1", "4711 (nsqd) S 1 2 3"})
    void aLineThatIsNoneIsRefused(String line) {
        assertThatThrownBy(() -> ProcStat.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void memoryIsTheAnonymousPart(@TempDir Path proc) throws IOException {
        Path process = Files.createDirectory(proc.resolve("42"));
        Files.writeString(process.resolve("stat"), "42 (a b)" + FIELDS);
        Files.writeString(
                process.resolve("status"), "Name:\ta b\nVmRSS:\t  9000 kB\nRssAnon:\t    1234 kB\nRssFile:\t7 kB\n");
        ProcessProbe probe = new ProcessProbe(proc, 42);
        assertThat(probe.anonymousBytes()).isEqualTo(1234L * 1024);
        assertThat(probe.cpuNs()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(18_010));
    }

    @Test
    void aProcessThatIsNotThereIsAWrongOptionAndOneThatWentAwayAFailure(@TempDir Path proc) throws IOException {
        assertThatThrownBy(() -> new ProcessProbe(proc, 42))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--pid 42");
        Path process = Files.createDirectory(proc.resolve("43"));
        Files.writeString(process.resolve("stat"), "43 (x)" + FIELDS);
        ProcessProbe probe = new ProcessProbe(proc, 43);
        Files.delete(process.resolve("stat"));
        assertThatThrownBy(probe::cpuNs).isInstanceOf(BenchException.class).hasMessageContaining("gone");
    }
}
