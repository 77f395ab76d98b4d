package dev.chaski.server.config;

/** What options that take one of a few words may be. */
public final class Choices {
    private Choices() {}

    /** How the authorization server is asked. */
    public enum AuthMethod {
        /** With a query in the address. */
        GET,
        /** With a form in the body. */
        POST
    }

    /** How much is logged. */
    public enum Level {
        /** Also what only a developer wants to know. */
        DEBUG,
        /** What an operator wants to know. */
        INFO,
        /** What should be looked at. */
        WARN,
        /** What went wrong. */
        ERROR,
        /** What ends the process. */
        FATAL
    }

    /** What a line of the log looks like. */
    public enum LogFormat {
        /** {@code key=value}. */
        TEXT,
        /** One object per line. */
        JSON
    }

    /** A behaviour that is switched on by name. */
    public enum Experiment {
        /** Consumers near by are served first. */
        TOPOLOGY_AWARE_CONSUMPTION
    }
}
