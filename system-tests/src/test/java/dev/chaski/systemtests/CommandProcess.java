package dev.chaski.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that runs until a signal ends it: one of ours, or of NSQ's tools. Used by one thread. */
final class CommandProcess implements AutoCloseable {
    private static final long END_SECONDS = 60;

    private final Process process;
    private final Path output;

    private CommandProcess(List<String> command, Path output) throws IOException {
        this.output = output;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        process.getOutputStream().close();
    }

    /** {@code chaski …}; what it prints is in a file. */
    static CommandProcess chaski(Path output, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(BrokerKind.CHASKI.command());
        command.removeLast(); // serve
        command.addAll(1, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(arguments);
        return new CommandProcess(command, output);
    }

    /** Another program; what it prints is in a file. */
    static CommandProcess of(Path output, List<String> command) throws IOException {
        return new CommandProcess(command, output);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    /** SIGKILL; returns when it is gone. */
    void killMinusNine() throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGTERM; its exit code. */
    int end() throws IOException, InterruptedException {
        process.toHandle().destroy();
        return awaitExit();
    }

    int awaitExit() throws IOException, InterruptedException {
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS))
                .as("it ends; it printed:\n%s", output())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
