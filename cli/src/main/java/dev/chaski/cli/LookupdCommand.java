package dev.chaski.cli;

import dev.chaski.server.LogLevels;
import dev.chaski.server.LookupServer;
import dev.chaski.server.StartException;
import dev.chaski.server.config.LookupdOptions;
import dev.chaski.server.config.Options;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code chaski lookupd}: runs a lookup without a broker until it is told to stop. Runs on the main thread. */
final class LookupdCommand {
    private static final Logger LOG = LoggerFactory.getLogger(LookupdCommand.class);

    private LookupdCommand() {}

    static int run(List<String> arguments, Map<String, String> environment) {
        return flags().run(arguments, environment, LookupdCommand::serve);
    }

    private static GoFlags flags() {
        return new GoFlags(
                "lookupd",
                "Runs a lookup on this machine, by which consumers find brokers, until it gets SIGTERM or Ctrl-C.",
                LookupdOptions.all());
    }

    static void help(PrintStream out) {
        flags().help(out);
    }

    private static int serve(Options options, List<String> notes) {
        LogLevels.set(options.get(LookupdOptions.LOG_LEVEL));
        notes.forEach(note -> LOG.warn("option: {}", note));
        options.warnings(LookupdOptions.all()).forEach(warning -> LOG.warn("option: {}", warning));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> LOG.error("uncaught exception thread={}", thread.getName(), e));
        Signals signals = Signals.listen();
        try (LookupServer lookup = LookupServer.start(options)) {
            LOG.info(
                    "serving version={} pid={}",
                    Version.text(),
                    ProcessHandle.current().pid());
            if (Terminal.isOne()) {
                Banner.print(System.out, lookup);
            }
            signals.await();
        } catch (StartException e) {
            System.err.println("chaski lookupd: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }
}
