package dev.chaski.server.config;

import dev.chaski.server.config.Options.Source;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads options from the command line, the environment and a file, which win in this order. Flags are written as Go
 * programs take them: one dash or two, {@code --flag=value} or {@code --flag value}; a switch alone means true; a list's
 * flag is repeated. Owned by the thread that reads.
 */
public final class OptionReader {
    /** The flag that names the file. */
    public static final String CONFIG_FLAG = "config";

    private static final String CONFIG_VARIABLE = "CHASKI_CONFIG";
    private static final String VARIABLE_PREFIX = "CHASKI_";
    /** What the launcher reads, and passes on with the rest of the environment. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("CHASKI_AOT", "CHASKI_BUILD", "CHASKI_JAVA_HOME", "CHASKI_JAVA_OPTS");
    /** Two changes at most, since orchestrators put variables of their own into the environment. */
    private static final int VARIABLE_CHANGES_MAX = 2;

    private final OptionSet set;
    private final Options.Builder builder;
    private final List<String> notes = new ArrayList<>();
    private @Nullable String configFile;

    /**
     * Reads the options of a broker; nothing is read yet.
     *
     * @param host this host's name, for defaults
     */
    public OptionReader(String host) {
        this(host, OptionTable.SET);
    }

    /**
     * Nothing is read yet.
     *
     * @param host this host's name, for defaults
     * @param set the options that there are
     */
    public OptionReader(String host, OptionSet set) {
        this.set = set;
        builder = new Options.Builder(host);
    }

    /**
     * Reads everything.
     *
     * @param arguments the command line, without the command's name
     * @param environment the environment
     * @return the options
     * @throws OptionException where something is wrong
     */
    public Options read(List<String> arguments, Map<String, String> environment) throws OptionException {
        readFlags(arguments);
        readEnvironment(environment);
        if (configFile == null) {
            configFile = environment.get(CONFIG_VARIABLE);
        }
        if (configFile != null && !configFile.isEmpty()) {
            readFile(Path.of(configFile));
        }
        Options options = builder.build();
        Consistency.check(options);
        return options;
    }

    /**
     * What was passed over and looks like a mistake.
     *
     * @return one line each
     */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private void readFlags(List<String> arguments) throws OptionException {
        Map<Option<?>, String> lists = new LinkedHashMap<>();
        Deque<String> left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String argument = left.removeFirst();
            if (!argument.startsWith("-") || argument.equals("-") || argument.equals("--")) {
                throw new OptionException("\"" + argument + "\" is not a flag; flags begin with a dash, such as"
                        + " --data-path=./data. See --help");
            }
            String flag = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = flag.indexOf('=');
            String name = equals < 0 ? flag : flag.substring(0, equals);
            String given = equals < 0 ? null : flag.substring(equals + 1);
            if (name.equals(CONFIG_FLAG)) {
                configFile = given == null ? next(left, "--config", "file") : given;
            } else {
                readFlag(name, given, left, lists);
            }
        }
        for (Map.Entry<Option<?>, String> list : lists.entrySet()) {
            read(list.getKey(), list.getValue(), Source.FLAG, list.getKey().toString());
        }
    }

    private void readFlag(String name, @Nullable String given, Deque<String> left, Map<Option<?>, String> lists)
            throws OptionException {
        Option<?> option = set.ofFlag(name);
        if (option == null) {
            throw new OptionException("there is no flag --" + name + hint(name, names(), "--") + " See --help");
        }
        String text = given;
        if (text == null) {
            text = option.kind().shape() == Kind.Shape.SWITCH
                    ? "true"
                    : next(left, option.toString(), option.kind().placeholder());
        }
        if (option.kind().shape() == Kind.Shape.LIST) {
            lists.merge(option, text, (before, more) -> before + "," + more);
        } else {
            read(option, text, Source.FLAG, option.toString());
        }
    }

    private static String next(Deque<String> left, String flag, String placeholder) throws OptionException {
        String value = left.pollFirst();
        if (value == null) {
            throw new OptionException(flag + " needs a value: " + flag + "=<" + placeholder + ">");
        }
        return value;
    }

    private void readEnvironment(Map<String, String> environment) throws OptionException {
        Map<String, Option<?>> variables = new LinkedHashMap<>();
        set.all().forEach(option -> variables.put(option.variable(), option));
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String variable = entry.getKey();
            Option<?> option = variables.get(variable);
            if (option != null) {
                read(option, entry.getValue(), Source.ENVIRONMENT, variable);
            } else if (variable.startsWith(VARIABLE_PREFIX)
                    && !variable.equals(CONFIG_VARIABLE)
                    && !LAUNCHER_VARIABLES.contains(variable)) {
                noteNear(variable, variables.keySet());
            }
        }
    }

    private void noteNear(String variable, Collection<String> known) {
        String nearest = Nearest.of(variable, known);
        if (nearest != null && Nearest.changes(variable, nearest) <= VARIABLE_CHANGES_MAX) {
            notes.add("environment variable " + variable + " is not known; is " + nearest + " meant?");
        }
    }

    private void readFile(Path file) throws OptionException {
        for (Map.Entry<String, String> entry : TomlFile.read(file).entrySet()) {
            String key = entry.getKey();
            Option<?> option = set.ofKey(key);
            if (option == null) {
                List<String> keys = set.all().stream().map(Option::key).toList();
                throw new OptionException("--config " + file + ": there is no key " + key + hint(key, keys, ""));
            }
            read(option, entry.getValue(), Source.FILE, "--config " + file + ": " + key);
        }
    }

    private void read(Option<?> option, String text, Source source, String where) throws OptionException {
        try {
            builder.read(option, text, source);
        } catch (OptionException e) {
            throw new OptionException(where + "=" + text + ": " + e.getMessage());
        }
    }

    private List<String> names() {
        return Stream.concat(set.all().stream().map(Option::name), Stream.of(CONFIG_FLAG, "help", "version"))
                .toList();
    }

    private static String hint(String given, Collection<String> known, String prefix) {
        String nearest = Nearest.of(given, known);
        return nearest == null ? "." : "; did you mean " + prefix + nearest + "?";
    }
}
