package dev.chaski.cli.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Descriptions with their variables filled in. */
final class Words {
    private Words() {}

    static String of(ArgSpec argument) {
        String text = String.join("\n", argument.description());
        String value = argument.defaultValueString();
        List<String> candidates = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(candidates::add);
        }
        return plain(text.replace("${DEFAULT-VALUE}", String.valueOf(value))
                .replace("${COMPLETION-CANDIDATES}", String.join(", ", candidates)));
    }

    /** Picocli takes its texts for formats. */
    static String plain(String text) {
        return text.replace("%n", "\n").replace("%%", "%");
    }

    /** The first sentence of what a command is for, without its full stop. */
    static String brief(CommandSpec command) {
        String[] description = command.usageMessage().description();
        String first = description.length == 0 ? "" : plain(description[0]);
        int end = first.indexOf(". ");
        String sentence = end < 0 ? first : first.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
