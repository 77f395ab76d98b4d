package dev.chaski.cli;

import java.util.Map;
import java.util.Stack;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Takes {@code -topic=x} for {@code --topic=x}, and {@code --gzip=true} for {@code --gzip}, as Go's flags do: scripts that
 * call NSQ's tools need not change.
 */
final class SingleDash implements IParameterPreprocessor {
    private static final Pattern SINGLE_DASH = Pattern.compile("-[a-z][a-z-]+(=.*)?", Pattern.DOTALL);

    @Override
    public boolean preprocess(Stack<String> args, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
        args.replaceAll(arg -> SINGLE_DASH.matcher(arg).matches() ? "-" + arg : arg);
        args.removeIf(arg -> arg.endsWith("=false") && isSwitch(command, arg));
        args.replaceAll(arg -> arg.endsWith("=true") && isSwitch(command, arg) ? name(arg) : arg);
        return false;
    }

    private static boolean isSwitch(CommandSpec command, String arg) {
        OptionSpec option = command.findOption(name(arg));
        return arg.startsWith("--") && option != null && option.arity().max() == 0;
    }

    private static String name(String arg) {
        return arg.substring(0, arg.indexOf('='));
    }
}
