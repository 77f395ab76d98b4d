package dev.chaski.bench.load;

/** A run that cannot go on, told to the operator in one line. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is: the process ends with its exit code. */
    public enum Kind {
        /** The server answered with an error, broke the protocol, hung up, or messages are missing. */
        FAILED(1),
        /** What was asked for cannot be run. */
        USAGE(2),
        /** Nobody listens there, or not in time. */
        UNREACHABLE(3);

        private final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }

        /**
         * What the process ends with.
         *
         * @return 1 to 3
         */
        public int exitCode() {
            return exitCode;
        }
    }

    private final Kind kind;

    /**
     * A failure.
     *
     * @param kind its kind
     * @param message one line: what happened, and what to do about it
     */
    public BenchException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /**
     * Its kind.
     *
     * @return never null
     */
    public Kind kind() {
        return kind;
    }
}
