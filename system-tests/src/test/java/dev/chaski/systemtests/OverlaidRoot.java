package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * This machine's files, on which anything may be installed: what is written goes to memory and is gone at the end. It has
 * processes and a network of its own, so the usual ports are free. Needs Linux and root. Used by one thread.
 */
final class OverlaidRoot implements AutoCloseable {
    private static final long TIMEOUT_S = 180;

    /** Ends when its input does, and all that runs in it ends with it. */
    private static final String HOLD = """
            set -e
            mount -t tmpfs -o mode=755 tmpfs "$1"
            mkdir "$1/written" "$1/work" "$1/root"
            mount -t overlay overlay -o "lowerdir=/,upperdir=$1/written,workdir=$1/work" "$1/root"
            mount -t proc proc "$1/root/proc"
            mount --rbind /dev "$1/root/dev"
            mount -t tmpfs -o mode=755 tmpfs "$1/root/run"
            ip link set lo up
            echo ready
            cat
            """;

    private final Process holder;
    private final long pid;
    private final Path mount;

    private OverlaidRoot(Process holder, long pid, Path mount) {
        this.holder = holder;
        this.pid = pid;
        this.mount = mount;
    }

    /** Makes one; skips the test where that is not possible. */
    static OverlaidRoot make(Path folder) throws IOException {
        for (String need : List.of("unshare", "nsenter", "setpriv", "ip", "dpkg")) {
            Assumptions.assumeTrue(Commands.isInstalled(need), "there is no " + need + " on this machine");
        }
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount");
        Process holder = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--net",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        HOLD,
                        "sh",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        String said = output.readLine();
        Assumptions.assumeTrue("ready".equals(said), "an overlay of / cannot be mounted: " + said);
        return new OverlaidRoot(
                holder, holder.children().findFirst().orElseThrow().pid(), folder);
    }

    /** A command that runs there, as root. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "--target=" + pid,
                "--mount",
                "--net",
                "--pid",
                "chroot",
                mount.resolve("root").toString()));
        command.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"));
        command.addAll(List.of(words));
        return command;
    }

    /** Starts a program there. What it prints is in a file. */
    Process start(Path output, List<String> words) throws IOException {
        Process process = new ProcessBuilder(command(words.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        return process;
    }

    /** An exit code, and all that was printed. */
    record Result(int code, String output) {}

    /** Runs a program there to its end. */
    Result tryRun(String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("chaski-root", ".out");
        try {
            Process process = start(output, List.of(words));
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(List.of(words) + " does not end; it printed:\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** The same, and fails where it fails. */
    String run(String... words) throws IOException, InterruptedException {
        Result result = tryRun(words);
        assertThat(result.code())
                .as("%s printed:\n%s", List.of(words), result.output())
                .isZero();
        return result.output();
    }

    /** A script of the shell. */
    String shell(String script) throws IOException, InterruptedException {
        return run("sh", "-ec", script);
    }

    /** Files and folders that are there and not on this machine, but for those of processes and devices. */
    Set<String> added() throws IOException, InterruptedException {
        String found = Commands.run(
                Path.of("/"),
                Duration.ofSeconds(TIMEOUT_S),
                List.of(
                        "nsenter",
                        "--target=" + pid,
                        "--mount",
                        "find",
                        mount.resolve("written").toString(),
                        "!",
                        "-type",
                        "c",
                        "-printf",
                        "/%P\\n"));
        Set<String> added = new TreeSet<>();
        try (Stream<String> lines = found.lines()) {
            lines.filter(line -> !Files.exists(Path.of(line), LinkOption.NOFOLLOW_LINKS))
                    .forEach(added::add);
        }
        return added;
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
