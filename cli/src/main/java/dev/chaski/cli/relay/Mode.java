package dev.chaski.cli.relay;

import java.util.Arrays;

/** Which of several destinations gets a message. */
public enum Mode {
    /** The next one that works, and another where it fails; one that failed is left alone for a while. */
    HOSTPOOL("hostpool"),
    /** The next one, whether it works or not. */
    ROUND_ROBIN("round-robin"),
    /** Mostly the quickest that works, now and then any, to see whether it has become quicker. */
    EPSILON_GREEDY("epsilon-greedy"),
    /** All of them: the message is done when all have it. */
    MULTICAST("multicast");

    private final String text;

    Mode(String text) {
        this.text = text;
    }

    /**
     * Reads it.
     *
     * @param text as on a command line
     * @return the mode
     * @throws IllegalArgumentException where it is none
     */
    public static Mode of(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--mode is hostpool, round-robin, epsilon-greedy or multicast, not " + text));
    }
}
