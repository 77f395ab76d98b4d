package dev.chaski.cli;

import dev.chaski.server.Chaski;
import dev.chaski.server.LogLevels;
import dev.chaski.server.StartException;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.OptionTable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * {@code chaski check}: starts a broker on free ports and a temporary folder, sends a message through it, and stops it.
 * The start-up cache is made from a run of this. Runs on the main thread.
 */
final class CheckCommand {
    private CheckCommand() {}

    static int run(PrintStream out, PrintStream err) {
        LogLevels.set(Level.WARN);
        long startNs = System.nanoTime();
        try (Chaski chaski =
                Chaski.builder().lookup().set(OptionTable.LOG_LEVEL, Level.WARN).start()) {
            tell(out, "started", startNs);
            exchange(out, chaski);
        } catch (StartException | IOException e) {
            err.println("chaski check: " + e.getMessage());
            return ExitCode.FAILED;
        }
        tell(out, "stopped", startNs);
        return ExitCode.OK;
    }

    private static void exchange(PrintStream out, Chaski chaski) throws IOException {
        long startNs = System.nanoTime();
        try (CheckClient client = new CheckClient(chaski.tcpAddress())) {
            client.exchange();
        }
        tell(out, "published and consumed over TCP", startNs);
        long httpNs = System.nanoTime();
        try (CheckClient client = new CheckClient(chaski.httpAddress())) {
            client.publishOverHttp();
        }
        tell(out, "published over HTTP", httpNs);
    }

    private static void tell(PrintStream out, String what, long sinceNs) {
        out.println(what + " (" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs) + " ms)");
    }
}
