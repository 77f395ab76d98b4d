package dev.chaski.cli;

import dev.chaski.cli.terminal.Screen;
import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether a person is looking, and at how much. */
final class Terminal {
    private Terminal() {}

    // Null under -Djdk.console=java.base, whatever the check thinks.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isOne() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Whether this process belongs to a terminal, which sends it SIGHUP when it is closed; wherever output goes. */
    static boolean controls() {
        try (FileInputStream terminal = new FileInputStream("/dev/tty")) {
            return terminal.getFD().valid();
        } catch (IOException e) {
            return false;
        }
    }

    /** Characters in a line of standard output; as many as there are where it goes to a file or a program. */
    static int columns() {
        Screen.@Nullable Size size = Screen.sizeOfOutput();
        return size == null ? Integer.MAX_VALUE : size.columns();
    }

    /** Whether colours are welcome: <a href="https://no-color.org">NO_COLOR</a> says no. */
    static boolean isColoured() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }
}
