package dev.chaski.cli;

import java.util.Arrays;
import java.util.List;

/** The {@code chaski} command. */
public final class Main {
    private Main() {}

    /**
     * Runs the command that the arguments name, and ends the process with its exit code.
     *
     * @param args the command, and what it is given
     */
    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    /** What starts a broker does not wait for picocli to be loaded. */
    private static int run(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.getFirst();
        List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        return switch (command) {
            case "lookupd" -> LookupdCommand.run(rest, System.getenv());
            case "serve" -> ServeCommand.run(rest, System.getenv());
            case "doctor" -> DoctorCommand.run(rest, System.getenv(), System.out, System.err);
            case "check" -> CheckCommand.run(System.out, System.err);
            default -> CommandTree.run(arguments.toArray(String[]::new));
        };
    }
}
