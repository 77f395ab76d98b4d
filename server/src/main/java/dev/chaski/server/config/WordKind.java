package dev.chaski.server.config;

import java.util.Map;

/**
 * One of a few words, whose case does not matter. Immutable.
 *
 * @param <E> what they stand for
 */
final class WordKind<E extends Enum<E>> extends Kind<E> {
    private final Map<String, E> words;

    WordKind(Map<String, E> words, Shape shape) {
        super(allowed(words, "|"), shape);
        this.words = words;
    }

    /** The empty word is not told. */
    private static String allowed(Map<String, ?> words, String between) {
        String all = String.join(between, words.keySet());
        return all.startsWith(between) ? all.substring(between.length()) : all;
    }

    @Override
    E read(String text) throws OptionException {
        for (Map.Entry<String, E> word : words.entrySet()) {
            if (word.getKey().equalsIgnoreCase(text)) {
                return word.getValue();
            }
        }
        throw new OptionException("allowed is " + allowed(words, ", "));
    }

    @Override
    String format(E value) {
        for (Map.Entry<String, E> word : words.entrySet()) {
            if (word.getValue() == value) {
                return word.getKey();
            }
        }
        throw new IllegalArgumentException(value + " has no word");
    }

    @Override
    Object json(E value) {
        return format(value);
    }
}
