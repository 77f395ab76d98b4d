package dev.chaski.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Asks a person before something is destroyed. One thread. */
final class Confirmation {
    private final InputStream in;
    private final PrintStream err;
    private final BooleanSupplier isPerson;

    /**
     * Asks nobody yet.
     *
     * @param isPerson whether somebody is there to answer
     */
    Confirmation(InputStream in, PrintStream err, BooleanSupplier isPerson) {
        this.in = in;
        this.err = err;
        this.isPerson = isPerson;
    }

    /**
     * Whether it may be done.
     *
     * @param what beginning with a verb
     * @return the exit code to end with: OK to go on
     */
    int ask(String command, String what) throws IOException {
        if (!isPerson.getAsBoolean()) {
            err.println("chaski " + command + ": this would " + what
                    + ", and nobody is at a terminal to confirm it: give --yes");
            return ExitCode.USAGE;
        }
        err.print("Really " + what + "? [y/N] ");
        err.flush();
        byte[] line = new LineReader(in).next();
        String answer = line == null
                ? ""
                : new String(line, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        if (answer.equals("y") || answer.equals("yes")) {
            return ExitCode.OK;
        }
        err.println("Nothing was changed.");
        return ExitCode.FAILED;
    }
}
