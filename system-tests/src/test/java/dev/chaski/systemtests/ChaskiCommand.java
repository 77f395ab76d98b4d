package dev.chaski.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A chaski command other than serve, in a process of its own. Used by one thread. */
final class ChaskiCommand implements AutoCloseable {
    private static final int TIMEOUT_S = 120;

    private final Process process;
    private final List<String> command;

    private ChaskiCommand(List<String> command) throws IOException {
        this.command = command;
        this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
    }

    /** Starts a command. */
    static ChaskiCommand start(String... words) throws IOException {
        List<String> command = new ArrayList<>(BrokerKind.CHASKI.command());
        command.removeLast(); // serve
        command.addAll(List.of(words));
        return new ChaskiCommand(command);
    }

    /** Runs a command to its end, and returns what it printed; fails where its exit code is another. */
    static String run(int expectedCode, String... words) throws IOException, InterruptedException {
        try (ChaskiCommand started = start(words)) {
            return started.await(expectedCode);
        }
    }

    /** Waits for the end; fails where its exit code is another. */
    String await(int expectedCode) throws IOException, InterruptedException {
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != expectedCode) {
            throw new AssertionError(command.subList(command.indexOf("dev.chaski.cli.Main"), command.size())
                    + " ended with " + process.exitValue() + " and printed:\n" + printed);
        }
        return printed;
    }

    /** SIGKILL. */
    void killMinusNine() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }
}
