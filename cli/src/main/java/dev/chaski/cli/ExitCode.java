package dev.chaski.cli;

/** What the process tells whoever started it. */
final class ExitCode {
    /** All went well; also after SIGTERM and SIGINT. */
    static final int OK = 0;
    /** Something did not work. */
    static final int FAILED = 1;
    /** The command line, the environment or the configuration file is wrong. */
    static final int USAGE = 2;

    /** Nobody listens there. */
    static final int UNREACHABLE = 3;

    /** There is no topic or channel of that name. */
    static final int NOT_FOUND = 4;

    private ExitCode() {}
}
