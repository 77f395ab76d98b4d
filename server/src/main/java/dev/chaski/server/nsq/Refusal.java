package dev.chaski.server.nsq;

/** A command that is answered by an error, after which the connection is closed. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private Refusal(String message) {
        super(message, null, false, false);
    }

    /** The frame's text is code and reason with a space between. */
    static Refusal of(String code, String reason) {
        return new Refusal(code + " " + reason);
    }

    static Refusal invalid(String reason) {
        return of("E_INVALID", reason);
    }

    /** The text of the error frame. */
    String text() {
        return String.valueOf(getMessage());
    }
}
