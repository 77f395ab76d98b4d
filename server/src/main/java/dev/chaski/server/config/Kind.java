package dev.chaski.server.config;

import dev.chaski.wire.MessageId;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What values an option takes: how they are read, shown, and described to somebody who gave a wrong one. Immutable.
 *
 * @param <T> type of the value
 */
final class Kind<T> {
    /** Reads a value. */
    @FunctionalInterface
    interface Reader<T> {
        T read(String text) throws OptionException;
    }

    /** A comma before a scheme; what has a number after its colon is a host. */
    private static final Pattern NEXT_URI = Pattern.compile(",(?=\\s*[A-Za-z][A-Za-z0-9+.-]*:(?!\\d))");

    private final Reader<T> reader;
    private final Function<T, String> format;
    private final Function<T, Object> json;
    private final String placeholder;
    private final Shape shape;

    /** How an option stands on a command line. */
    enum Shape {
        /** It needs a value. */
        VALUE,
        /** Alone it means true. */
        SWITCH,
        /** It may be given several times. */
        LIST
    }

    private Kind(
            Reader<T> reader, Function<T, String> format, Function<T, Object> json, String placeholder, Shape shape) {
        this.reader = reader;
        this.format = format;
        this.json = json;
        this.placeholder = placeholder;
        this.shape = shape;
    }

    static Kind<String> text(String placeholder) {
        return new Kind<>(text -> text, value -> value, value -> value, placeholder, Shape.VALUE);
    }

    static Kind<Boolean> bool() {
        return new Kind<>(Kind::readBoolean, String::valueOf, value -> value, "true|false", Shape.SWITCH);
    }

    static Kind<Integer> integer(int min, int max) {
        return new Kind<>(
                text -> (int) readLong(text, min, max), String::valueOf, value -> value, "number", Shape.VALUE);
    }

    /** The default, below 0, stands for the one that is made from the host's name. */
    static Kind<Integer> nodeId() {
        return new Kind<>(
                text -> (int) readLong(text, 0, MessageId.NODE_MAX),
                value -> value < 0 ? "" : value.toString(),
                value -> value,
                "number",
                Shape.VALUE);
    }

    static Kind<Long> number(long min, long max) {
        return new Kind<>(text -> readLong(text, min, max), String::valueOf, value -> value, "number", Shape.VALUE);
    }

    static Kind<Long> size(long minBytes, long maxBytes) {
        Reader<Long> reader = text -> {
            long sizeBytes = Sizes.parse(text);
            if (sizeBytes < minBytes || sizeBytes > maxBytes) {
                throw new OptionException(
                        "out of range; allowed is " + Sizes.format(minBytes) + " to " + Sizes.format(maxBytes));
            }
            return sizeBytes;
        };
        return new Kind<>(reader, Sizes::format, value -> value, "size", Shape.VALUE);
    }

    static Kind<Duration> duration(Duration min, Duration max) {
        Reader<Duration> reader = text -> {
            Duration duration = Durations.parse(text);
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                throw new OptionException(
                        "out of range; allowed is " + Durations.format(min) + " to " + Durations.format(max));
            }
            return duration;
        };
        return new Kind<>(reader, Durations::format, Duration::toNanos, "duration", Shape.VALUE);
    }

    static Kind<HostPort> address() {
        return new Kind<>(HostPort::parse, HostPort::toString, HostPort::toString, "host:port", Shape.VALUE);
    }

    /** An address, or nothing. */
    static Kind<Optional<HostPort>> optionalAddress() {
        return new Kind<>(
                text -> text.isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(text)),
                value -> value.map(HostPort::toString).orElse(""),
                value -> value.map(HostPort::toString).orElse(""),
                "host:port",
                Shape.VALUE);
    }

    /** One of a few words; case does not matter, as in nsqd. */
    static <E extends Enum<E>> Kind<E> choice(Map<String, E> words) {
        return choice(words, Shape.VALUE);
    }

    /** One of a few words, which may also stand alone on the command line and then means true. */
    static <E extends Enum<E>> Kind<E> switchChoice(Map<String, E> words) {
        return choice(words, Shape.SWITCH);
    }

    private static <E extends Enum<E>> Kind<E> choice(Map<String, E> words, Shape shape) {
        String allowed = String.join("|", words.keySet()).replaceFirst("^\\|", "");
        Function<E, String> format = value -> words.entrySet().stream()
                .filter(word -> word.getValue() == value)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        Reader<E> reader = text -> {
            for (Map.Entry<String, E> word : words.entrySet()) {
                if (word.getKey().equalsIgnoreCase(text)) {
                    return word.getValue();
                }
            }
            throw new OptionException("allowed is " + allowed.replace("|", ", "));
        };
        return new Kind<>(reader, format, format::apply, allowed, shape);
    }

    /** Several values of a kind: the flag repeated, or values with commas between. */
    static <E> Kind<List<E>> list(Kind<E> element) {
        Reader<List<E>> reader = text -> {
            List<E> values = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                if (!part.isBlank()) {
                    values.add(element.read(part.trim()));
                }
            }
            return List.copyOf(values);
        };
        Function<List<E>, String> format =
                values -> values.stream().map(element.format).collect(Collectors.joining(","));
        Function<List<E>, Object> json =
                values -> values.stream().map(element.json).toList();
        return new Kind<>(reader, format, json, element.placeholder, Shape.LIST);
    }

    /** Several URIs, which may have commas themselves: {@code etcd://a:2379,b:2379} is one. */
    static Kind<List<URI>> uris() {
        Reader<List<URI>> reader = text -> {
            List<URI> uris = new ArrayList<>();
            for (String part : NEXT_URI.split(text, -1)) {
                if (!part.isBlank()) {
                    uris.add(readUri(part.trim()));
                }
            }
            return List.copyOf(uris);
        };
        return new Kind<>(
                reader,
                uris -> uris.stream().map(URI::toString).collect(Collectors.joining(",")),
                uris -> uris.stream().map(URI::toString).toList(),
                "uri",
                Shape.LIST);
    }

    private static URI readUri(String text) throws OptionException {
        try {
            URI uri = new URI(text);
            if (uri.isAbsolute()) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, as for one without a scheme.
        }
        throw new OptionException("\"" + text + "\" is no URI; give one such as mdns:/ or etcd://127.0.0.1:2379");
    }

    static Kind<Double> percentile() {
        Reader<Double> reader = text -> {
            try {
                double value = Double.parseDouble(text);
                if (value > 0 && value <= 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Told below, as for a number out of range.
            }
            throw new OptionException("not a percentile; allowed is above 0 to 1, such as 0.99");
        };
        return new Kind<>(reader, String::valueOf, value -> value, "0.99", Shape.VALUE);
    }

    T read(String text) throws OptionException {
        return reader.read(text);
    }

    String format(T value) {
        return format.apply(value);
    }

    /** As a number, boolean, text or list; durations in nanoseconds. */
    Object json(T value) {
        return json.apply(value);
    }

    String placeholder() {
        return placeholder;
    }

    Shape shape() {
        return shape;
    }

    private static boolean readBoolean(String text) throws OptionException {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new OptionException("allowed is true or false");
        };
    }

    private static long readLong(String text, long min, long max) throws OptionException {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new OptionException("not a whole number; allowed is " + min + " to " + max);
        }
        throw new OptionException("out of range; allowed is " + min + " to " + max);
    }
}
