package dev.chaski.server.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The words that an option takes, in the order in which they are told. */
final class Words {
    private Words() {}

    @SafeVarargs
    static <E> Map<String, E> of(Map.Entry<String, E>... entries) {
        Map<String, E> words = new LinkedHashMap<>();
        for (Map.Entry<String, E> entry : entries) {
            words.put(entry.getKey(), entry.getValue());
        }
        return words;
    }

    /** A constant's own name in lower case. */
    static <E extends Enum<E>> Map<String, E> ofNames(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E value : type.getEnumConstants()) {
            words.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return words;
    }
}
