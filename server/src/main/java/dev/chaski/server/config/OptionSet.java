package dev.chaski.server.config;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options that one command has. Immutable. */
public final class OptionSet {
    private final List<Option<?>> all;
    private final Map<String, Option<?>> byName = new HashMap<>();
    private final Map<String, Option<?>> byKey = new HashMap<>();

    OptionSet(Collection<Option<?>> options) {
        all = List.copyOf(options);
        for (Option<?> option : all) {
            byName.put(option.name(), option);
            byKey.put(option.key(), option);
        }
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
