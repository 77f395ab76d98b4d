package dev.chaski.server.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Several values of a kind, with commas between. Immutable.
 *
 * @param <E> type of one of them
 */
final class ListKind<E> extends Kind<List<E>> {
    private final Kind<E> element;

    ListKind(Kind<E> element) {
        super(element.placeholder(), Shape.LIST);
        this.element = element;
    }

    @Override
    List<E> read(String text) throws OptionException {
        List<E> values = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                values.add(element.read(part.trim()));
            }
        }
        return List.copyOf(values);
    }

    @Override
    String format(List<E> value) {
        List<String> texts = new ArrayList<>();
        value.forEach(one -> texts.add(element.format(one)));
        return String.join(",", texts);
    }

    @Override
    Object json(List<E> value) {
        List<Object> all = new ArrayList<>();
        value.forEach(one -> all.add(element.json(one)));
        return all;
    }
}
