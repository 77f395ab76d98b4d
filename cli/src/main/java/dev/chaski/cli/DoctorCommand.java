package dev.chaski.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.chaski.cli.doctor.Doctor;
import dev.chaski.cli.doctor.Finding;
import dev.chaski.cli.doctor.Finding.Status;
import dev.chaski.server.LogLevels;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.HostName;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionReader;
import dev.chaski.server.config.Options;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code chaski doctor}: what is wrong with this machine for a broker, and what to do. Takes the options of
 * {@code chaski serve}, as that does. Runs on the main thread.
 */
final class DoctorCommand {
    static final String DESCRIPTION = "Look at this machine for a broker: what is wrong, and what to do.";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";
    private static final int INDENT = 6;

    private final PrintStream out;
    private final PrintStream err;

    DoctorCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        return new DoctorCommand(out, err).run(arguments, environment);
    }

    private int run(List<String> arguments, Map<String, String> environment) {
        if (GoFlags.asksForHelp(arguments)) {
            help(out);
            return ExitCode.OK;
        }
        LogLevels.set(Level.ERROR);
        List<String> flags = new ArrayList<>(arguments);
        boolean isJson = flags.remove("--json");
        OptionReader reader = new OptionReader(HostName.get());
        Options options;
        try {
            options = reader.read(flags, environment);
        } catch (OptionException e) {
            err.println("chaski doctor: " + e.getMessage());
            return ExitCode.USAGE;
        }
        ObjectNode answer = new ObjectMapper().createObjectNode();
        ArrayNode list = answer.putArray("findings");
        boolean isColoured = !isJson && Terminal.isOne() && Terminal.isColoured();
        Consumer<Finding> told = isJson ? finding -> add(list, finding) : finding -> print(finding, isColoured);
        notes(reader, options).forEach(told);
        Status worst;
        try {
            worst = Doctor.look(options, told);
        } catch (InterruptedException e) {
            return ExitCode.FAILED;
        }
        if (isJson) {
            out.println(
                    answer.put("status", worst.name().toLowerCase(Locale.ROOT)).toPrettyString());
        } else {
            conclude(worst);
        }
        return worst == Status.FAIL ? ExitCode.FAILED : ExitCode.OK;
    }

    private static List<Finding> notes(OptionReader reader, Options options) {
        List<Finding> notes = new ArrayList<>();
        reader.notes().forEach(note -> notes.add(new Finding("options", Status.WARN, note, "")));
        options.warnings().forEach(note -> notes.add(new Finding("options", Status.WARN, note, "")));
        return notes;
    }

    private static void add(ArrayNode list, Finding finding) {
        list.addObject()
                .put("subject", finding.subject())
                .put("status", finding.status().name().toLowerCase(Locale.ROOT))
                .put("text", finding.text())
                .put("advice", finding.advice());
    }

    private void print(Finding finding, boolean isColoured) {
        String status = String.format("%-4s", finding.status());
        String colour = switch (finding.status()) {
            case OK -> GREEN;
            case WARN -> YELLOW;
            case FAIL -> RED;
        };
        String shown = isColoured ? colour + status + PLAIN : status;
        out.println(shown + "  " + finding.subject() + ": " + TextTable.printable(finding.text()));
        if (!finding.advice().isEmpty()) {
            out.println(" ".repeat(INDENT) + "-> " + TextTable.printable(finding.advice()));
        }
        out.flush();
    }

    private void conclude(Status worst) {
        out.println();
        out.println(
                switch (worst) {
                    case OK -> "All is well. chaski check sends a message through a broker of its own.";
                    case WARN -> "A broker can run here. What is marked WARN deserves a look.";
                    case FAIL -> "A broker cannot run here as it is told to: see what is marked FAIL.";
                });
    }

    static void help(PrintStream out) {
        out.println(DESCRIPTION);
        out.println();
        out.println("  chaski doctor [--json] [--flag=value ...]");
        out.println();
        out.println(
                "Give it the flags, the environment and the configuration file of chaski serve: it looks at what they");
        out.println(
                "name. It looks at ports, limits of open files and maps, memory, the data folder, the disk and how");
        out.println(
                "long a write takes, the clock, Java, lookups, registries, authorization servers and certificates,");
        out.println(
                "and changes nothing. A broker may run meanwhile. chaski check is something else: it starts a broker");
        out.println("of its own and sends a message through it.");
        out.println();
        out.println("  --json   print one JSON object: status, findings");
        out.println();
        out.println("Exit codes:");
        out.println("  0   nothing is marked FAIL");
        out.println("  1   something is");
        out.println("  2   wrong options");
        out.println();
        out.println("Examples:");
        out.println("  chaski doctor --data-path=/var/lib/chaski");
        out.println("  chaski doctor --config=/etc/chaski/chaski.toml --json");
    }
}
