package dev.chaski.server.lookup;

/** A command that is answered by an error, after which the connection is closed. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private Refusal(String text) {
        super(text, null, false, false);
    }

    /** The text is code and reason with a space between. */
    static Refusal of(String code, String reason) {
        return new Refusal(code + " " + reason);
    }

    static Refusal invalid(String reason) {
        return of("E_INVALID", reason);
    }

    static Refusal badBody(String reason) {
        return of("E_BAD_BODY", "IDENTIFY " + reason);
    }

    /** What the client is told. */
    String text() {
        return String.valueOf(getMessage());
    }
}
