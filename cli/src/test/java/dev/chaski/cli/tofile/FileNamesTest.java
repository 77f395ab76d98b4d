package dev.chaski.cli.tofile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** The names of files, as nsq_to_file makes them. */
class FileNamesTest {
    private static final ZonedDateTime TIME = ZonedDateTime.of(2026, 3, 1, 14, 5, 9, 0, ZoneOffset.UTC);

    private final Path folder = Path.of("/folder");
    private final TestClock clock = new TestClock();

    @Test
    void withoutRotationANameHasNoNumber() {
        assertThat(new FileNames(TestFiles.plain(folder, clock), "orders").current())
                .isEqualTo("orders.here.2026-03-01_12.log");
    }

    @Test
    void withRotationItHasOneOfSixDigits() {
        FileSettings settings = TestFiles.settings(folder, folder, 6, 100, Duration.ZERO, clock);
        String name = new FileNames(settings, "orders").current();
        assertThat(name).isEqualTo("orders.here<REV>.2026-03-01_12.log.gz");
        assertThat(FileNames.numbered(name, 7)).isEqualTo("orders.here-000007.2026-03-01_12.log.gz");
    }

    @Test
    void theNameFollowsTheClock() {
        FileNames names = new FileNames(TestFiles.plain(folder, clock), "orders");
        clock.pass(Duration.ofMinutes(1));
        assertThat(names.current()).isEqualTo("orders.here.2026-03-01_13.log");
    }

    @Test
    void foldersMayBeInIt() {
        FileNames names = new FileNames(withFormat("<DATETIME>/<TOPIC>-<PID>.log", "%Y/%m/%d"), "orders");
        assertThat(names.current())
                .isEqualTo("2026/03/01/orders-" + ProcessHandle.current().pid() + ".log");
    }

    @Test
    void noTopicLeadsOutOfTheFolder() {
        FileSettings settings = withFormat("<TOPIC>/<DATETIME>", "%Y");
        assertThatThrownBy(() -> new FileNames(settings, ".."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would not be in the folder");
        assertThatThrownBy(() -> new FileNames(withFormat("/etc/<TOPIC>", "%Y"), "orders"))
                .hasMessageContaining("would not be in the folder");
    }

    @Test
    void filesThatAreNeverAppendedToNeedANumber() {
        assertThatThrownBy(() -> new FileSettings(
                        folder, folder, "<TOPIC>.log", DateText.of("%Y"), "here", 6, 0, Duration.ZERO, true, clock))
                .hasMessageContaining("needs <REV> with --gzip");
    }

    @Test
    void timesAreWrittenAsStrftimeOrAsJavaWritesThem() {
        assertThat(DateText.of("%Y-%m-%d_%H.%M.%S").at(TIME)).isEqualTo("2026-03-01_14.05.09");
        assertThat(DateText.of("%y%j %e %I%p %a %A %b %B %% %s %z").at(TIME))
                .isEqualTo("26060  1 02PM Sun Sunday Mar March % 1772373909 +0000");
        assertThat(DateText.of("%F,%T,%R,%w,%G-%V").at(TIME)).startsWith("2026-03-01,14:05:09,14:05,");
        assertThat(DateText.of("yyyyMMdd'T'HHmm").at(TIME)).isEqualTo("20260301T1405");
    }

    @Test
    void whatIsNeitherIsRefused() {
        assertThatThrownBy(() -> DateText.of("%Q")).hasMessageContaining("%Q is not known");
        assertThatThrownBy(() -> DateText.of("100%")).hasMessageContaining("ends with %");
        assertThatThrownBy(() -> DateText.of("bogus")).hasMessageContaining("is no format of a time");
    }

    private FileSettings withFormat(String format, String date) {
        return new FileSettings(folder, folder, format, DateText.of(date), "here", 0, 0, Duration.ZERO, true, clock);
    }
}
