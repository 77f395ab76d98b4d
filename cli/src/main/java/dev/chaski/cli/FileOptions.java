package dev.chaski.cli;

import dev.chaski.cli.tofile.DateText;
import dev.chaski.cli.tofile.FileSettings;
import dev.chaski.server.config.HostName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which files {@code chaski to-file} makes. */
final class FileOptions {
    private static final int GZIP_LEVEL = 6;

    @Option(
            names = "--output-dir",
            paramLabel = "<folder>",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where files go (default: ${DEFAULT-VALUE})")
    Path outputDir = Path.of("");

    @Option(
            names = "--work-dir",
            paramLabel = "<folder>",
            description = "where they are while they are written, on the same file system (default: --output-dir)")
    @Nullable
    Path workDir;

    @Option(
            names = "--filename-format",
            paramLabel = "<format>",
            defaultValue = "<TOPIC>.<HOST><REV>.<DATETIME>.log",
            description = "with <TOPIC>, <HOST>, <PID>, <DATETIME> and <REV>, a number that keeps names apart"
                    + " (default: ${DEFAULT-VALUE})")
    String format = "";

    @Option(
            names = "--datetime-format",
            paramLabel = "<format>",
            defaultValue = "%Y-%m-%d_%H",
            description = "what <DATETIME> becomes: strftime's with a %%, else Java's, as yyyy-MM-dd_HH"
                    + " (default: %%Y-%%m-%%d_%%H). Local time; TZ=UTC changes it. A new name begins a new file")
    String dateFormat = "";

    @Option(
            names = "--host-identifier",
            paramLabel = "<name>",
            defaultValue = "<SHORT_HOST>",
            description = "what <HOST> becomes; may have <SHORT_HOST> and <HOSTNAME> in it (default: ${DEFAULT-VALUE})")
    String host = "";

    @Option(names = "--gzip", description = "compress; each sync ends a part that zcat can read")
    boolean isGzip;

    @Option(
            names = "--gzip-level",
            paramLabel = "<1-9>",
            defaultValue = "" + GZIP_LEVEL,
            description = "1 is fast, 9 is small (default: ${DEFAULT-VALUE})")
    int gzipLevel = GZIP_LEVEL;

    @Option(
            names = "--rotate-size",
            paramLabel = "<bytes>",
            converter = SizeConverter.class,
            description = "begin a new file when one has more bytes, as they are before gzip: 100MiB, 1GiB")
    long rotateSize;

    @Option(
            names = "--rotate-interval",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "begin a new file after that time")
    Duration rotateInterval = Duration.ZERO;

    @Option(
            names = "--sync-interval",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            defaultValue = "30s",
            description =
                    "the longest that a message waits for fsync, and so to be finished (default: ${DEFAULT-VALUE});"
                            + " it is sooner when --max-in-flight are waiting")
    Duration syncInterval = Duration.ZERO;

    @Option(names = "--skip-empty-files", description = "make a file only when there is something to write")
    boolean skipsEmpty;

    /**
     * As they are needed.
     *
     * @throws IllegalArgumentException where they are wrong; it says what
     */
    FileSettings settings() {
        if (syncInterval.isZero()) {
            throw new IllegalArgumentException("--sync-interval is more than 0");
        }
        if (isGzip && gzipLevel < 1) {
            throw new IllegalArgumentException("--gzip-level is 1 to 9");
        }
        String name = HostName.get();
        int dot = name.indexOf('.');
        Path output = outputDir.toAbsolutePath().normalize();
        return new FileSettings(
                workDir == null ? output : workDir.toAbsolutePath().normalize(),
                output,
                format,
                DateText.of(dateFormat),
                host.replace("<SHORT_HOST>", dot < 0 ? name : name.substring(0, dot))
                        .replace("<HOSTNAME>", name),
                isGzip ? gzipLevel : 0,
                rotateSize,
                rotateInterval,
                skipsEmpty,
                Clock.system(ZoneId.systemDefault()));
    }
}
