package dev.chaski.bench.measure;

import dev.chaski.bench.load.BenchException;
import dev.chaski.bench.load.BenchException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Looks at the server's process from outside. Any thread; holds nothing but where to look. */
public final class ProcessProbe {
    private static final String ANONYMOUS = "RssAnon:";

    private final Path folder;

    /**
     * A probe.
     *
     * @param proc where the system shows its processes: {@code /proc}
     * @param pid the server's process
     * @throws BenchException where there is no such process, or nothing can be seen of it
     */
    public ProcessProbe(Path proc, long pid) {
        folder = proc.resolve(Long.toString(pid));
        if (!Files.isReadable(folder.resolve("stat"))) {
            throw new BenchException(
                    Kind.USAGE, "--pid " + pid + ": " + folder + " cannot be read (no such process, or not Linux)");
        }
    }

    /**
     * CPU time that the process has used.
     *
     * @return nanoseconds, in steps of 10 ms
     */
    public long cpuNs() {
        return ProcStat.parse(read("stat")).cpuNs();
    }

    /**
     * Memory of the process that stands for no file: heap, stacks, buffers, but no mapped segments.
     *
     * @return bytes in physical memory
     */
    public long anonymousBytes() {
        for (String line : read("status").split("\n", -1)) {
            if (line.startsWith(ANONYMOUS)) {
                String kib =
                        line.substring(ANONYMOUS.length()).replace("kB", "").trim();
                return Long.parseLong(kib) << 10;
            }
        }
        throw new BenchException(Kind.FAILED, folder.resolve("status") + " has no " + ANONYMOUS);
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new BenchException(Kind.FAILED, "the server's process is gone: " + folder + " cannot be read");
        }
    }

    /**
     * CPU time that this process, the generator, has used.
     *
     * @return nanoseconds
     */
    public static long ownCpuNs() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> TimeUnit.SECONDS.toNanos(time.toSeconds()) + time.toNanosPart())
                .orElse(0L);
    }
}
