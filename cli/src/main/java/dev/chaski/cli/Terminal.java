package dev.chaski.cli;

import java.io.Console;

/** Whether a person is looking. */
final class Terminal {
    private Terminal() {}

    // Null under -Djdk.console=java.base, whatever the check thinks.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isOne() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
