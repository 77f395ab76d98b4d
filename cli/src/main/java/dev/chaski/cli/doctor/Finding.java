package dev.chaski.cli.doctor;

/**
 * What was looked at, and how it is.
 *
 * @param subject such as {@code ports}
 * @param status how it is
 * @param text what was found
 * @param advice what to do, empty where there is nothing to do
 */
public record Finding(String subject, Status status, String text, String advice) {
    /** How it is. */
    public enum Status {
        /** As it should be. */
        OK,
        /** It works, and something may come of it. */
        WARN,
        /** A broker does not start, or does not keep what it promises. */
        FAIL
    }

    static Finding ok(String subject, String text) {
        return new Finding(subject, Status.OK, text, "");
    }

    static Finding warn(String subject, String text, String advice) {
        return new Finding(subject, Status.WARN, text, advice);
    }

    static Finding fail(String subject, String text, String advice) {
        return new Finding(subject, Status.FAIL, text, advice);
    }
}
