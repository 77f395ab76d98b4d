package dev.chaski.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options that one command has. Immutable. */
public final class OptionSet {
    private final List<Option<?>> all;
    private final Map<String, Option<?>> byName;
    private final Map<String, Option<?>> byKey;

    OptionSet(Collection<Option<?>> options) {
        all = List.copyOf(options);
        byName = all.stream().collect(Collectors.toMap(Option::name, Function.identity()));
        byKey = all.stream().collect(Collectors.toMap(Option::key, Function.identity()));
    }

    /**
     * The options.
     *
     * @return all of them, in the order of the help
     */
    public List<Option<?>> all() {
        return all;
    }

    /** The option of a flag without its dashes, or null. */
    @Nullable
    Option<?> ofFlag(String name) {
        return byName.get(name);
    }

    /** The option of a key in the file, or null. */
    @Nullable
    Option<?> ofKey(String key) {
        return byKey.get(key);
    }
}
