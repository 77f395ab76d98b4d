package dev.chaski.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import picocli.CommandLine;

/** A command that runs in the test's JVM until it is told to end. One thread. */
final class Running implements AutoCloseable {
    private static final long END_SECONDS = 40;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final List<Runnable> onSignal = new CopyOnWriteArrayList<>();
    final List<Runnable> onHangUp = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    Running(Function<Running, Object> command, String... arguments) {
        Object made = command.apply(this);
        CommandLine line = new CommandLine(made).setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        Thread.ofPlatform().name("command").start(() -> exit.complete(line.execute(arguments)));
    }

    PrintStream out() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    PrintStream err() {
        return new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** SIGTERM, as soon as it listens to that; its exit code. */
    int end() throws Exception {
        Awaitility.await().until(() -> !onSignal.isEmpty() || exit.isDone());
        onSignal.forEach(Runnable::run);
        return awaitExit();
    }

    int awaitExit() throws Exception {
        return exit.get(END_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        onSignal.forEach(Runnable::run);
    }
}
