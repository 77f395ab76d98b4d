package dev.chaski.cli;

import dev.chaski.server.Chaski;
import dev.chaski.server.LogLevels;
import dev.chaski.server.StartException;
import dev.chaski.server.config.AdminOptions;
import dev.chaski.server.config.Choices.LogFormat;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code chaski serve}: runs a broker until it is told to stop. Its options are nsqd's, and more. Runs on the main thread.
 */
final class ServeCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private ServeCommand() {}

    static int run(List<String> arguments, Map<String, String> environment) {
        return flags().run(arguments, environment, ServeCommand::serve);
    }

    private static GoFlags flags() {
        return new GoFlags("serve", "Runs a broker on this machine until it gets SIGTERM or Ctrl-C.", OptionTable.SET);
    }

    private static int serve(Options options, List<String> notes) {
        LogFormat format = options.get(AdminOptions.LOG_FORMAT);
        if (format == LogFormat.JSON) {
            LogSetup.writeJson();
        }
        String file = options.get(AdminOptions.AUDIT_LOG);
        AuditFile audit = file.isEmpty() ? null : AuditFile.open(file, format);
        if (audit == null && !file.isEmpty()) {
            System.err.println("chaski serve: " + AdminOptions.AUDIT_LOG + "=" + file + ": cannot be written");
            return ExitCode.FAILED;
        }
        LogLevels.set(options.get(OptionTable.LOG_LEVEL));
        notes.forEach(note -> LOG.warn("option: {}", note));
        options.warnings().forEach(warning -> LOG.warn("option: {}", warning));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> LOG.error("uncaught exception thread={}", thread.getName(), e));
        Signals signals = Signals.listen();
        // Of a terminal that is closed it is the end; to a service it says that log files were renamed.
        Signals.onHangUp(Terminal.controls() ? () -> signals.received("HUP") : () -> reopen(audit));
        try (Chaski chaski = Chaski.start(options)) {
            tell(chaski);
            signals.await();
        } catch (StartException e) {
            System.err.println("chaski serve: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }

    private static void reopen(@Nullable AuditFile audit) {
        if (audit == null) {
            LOG.info("nothing to open again signal=HUP");
        } else {
            audit.reopen();
        }
    }

    private static void tell(Chaski chaski) {
        LOG.info(
                "serving version={} data_path={} pid={}",
                Version.text(),
                chaski.dataPath(),
                ProcessHandle.current().pid());
        if (Terminal.isOne()) {
            Banner.print(System.out, chaski); // last: what it says to try is what is read next
        }
    }

    static void help(PrintStream out) {
        flags().help(out);
    }
}
