package dev.chaski.server;

import ch.qos.logback.classic.LoggerContext;
import dev.chaski.server.config.Choices.Level;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** How much this process logs. Any thread. */
public final class LogLevels {
    /** Only ours: a program that embeds the broker keeps its own levels. */
    private static final String LOGGER = "dev.chaski";

    private LogLevels() {}

    /**
     * Sets how much the broker logs from now on. Without effect where the program logs by something else than Logback.
     *
     * @param level the level; there is nothing above error, which fatal therefore means
     */
    public static void set(Level level) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        // By its name, since a program that embeds the broker may have no Logback.
        if (factory.getClass().getName().equals("ch.qos.logback.classic.LoggerContext")) {
            Logback.set(factory, level);
        }
    }

    private static final class Logback {
        static void set(ILoggerFactory factory, Level level) {
            ((LoggerContext) factory)
                    .getLogger(LOGGER)
                    .setLevel(
                            switch (level) {
                                case DEBUG -> ch.qos.logback.classic.Level.DEBUG;
                                case INFO -> ch.qos.logback.classic.Level.INFO;
                                case WARN -> ch.qos.logback.classic.Level.WARN;
                                case ERROR, FATAL -> ch.qos.logback.classic.Level.ERROR;
                            });
        }
    }
}
