package dev.chaski.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import dev.chaski.server.audit.Audit;
import dev.chaski.server.config.Choices.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that administrative actions are written to, and nowhere else. Any thread. */
final class AuditFile {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    private final FileAppender<ILoggingEvent> appender;

    private AuditFile(FileAppender<ILoggingEvent> appender) {
        this.appender = appender;
    }

    /**
     * Sends administrative actions to a file from now on.
     *
     * @return null where it cannot be written
     */
    static @Nullable AuditFile open(String file, LogFormat format) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file);
        // What is there stays, also when somebody else cuts the file.
        appender.setAppend(true);
        LogSetup.start(appender, context, format == LogFormat.JSON ? new JsonLine() : new LogLine());
        if (!appender.isStarted() || !Files.isWritable(Path.of(file))) {
            return null;
        }
        ch.qos.logback.classic.Logger audit = context.getLogger(Audit.LOGGER);
        audit.setAdditive(false);
        audit.addAppender(appender);
        return new AuditFile(appender);
    }

    /** Goes on in a new file where this one was renamed. A line goes to the one or to the other: none is lost. */
    void reopen() {
        try {
            appender.openFile(appender.getFile());
            LOG.info("audit log opened again file={}", appender.getFile());
        } catch (IOException e) {
            LOG.error("audit log cannot be opened again, and goes on where it was file={}", appender.getFile(), e);
        }
    }
}
