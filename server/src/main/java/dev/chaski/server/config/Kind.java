package dev.chaski.server.config;

import dev.chaski.wire.MessageId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What values an option takes: how they are read, shown, and described to somebody who gave a wrong one. Immutable.
 * Classes, and not lambdas: every start makes all of them, and sixty lambdas cost it more than anything else here.
 *
 * @param <T> type of the value
 */
abstract class Kind<T> {
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

    Kind(String placeholder, Shape shape) {
        this.placeholder = placeholder;
        this.shape = shape;
    }

    abstract T read(String text) throws OptionException;

    String format(T value) {
        return String.valueOf(value);
    }

    /** As a number, boolean, text or list; durations in nanoseconds. */
    Object json(T value) {
        return value;
    }

    String placeholder() {
        return placeholder;
    }

    Shape shape() {
        return shape;
    }

    static Kind<String> text(String placeholder) {
        return new PlainKinds.Text(placeholder);
    }

    static Kind<Boolean> bool() {
        return new PlainKinds.Bool();
    }

    static Kind<Integer> integer(int min, int max) {
        return new PlainKinds.Whole(min, max);
    }

    /** The default, below 0, stands for the one that is made from the host's name. */
    static Kind<Integer> nodeId() {
        return new PlainKinds.Whole(0, MessageId.NODE_MAX);
    }

    static Kind<Long> number(long min, long max) {
        return new PlainKinds.Count(min, max);
    }

    static Kind<Double> percentile() {
        return new PlainKinds.Percentile();
    }

    static Kind<Long> size(long minBytes, long maxBytes) {
        return new RangeKinds.Size(minBytes, maxBytes);
    }

    static Kind<Duration> duration(Duration min, Duration max) {
        return new RangeKinds.Time(min, max);
    }

    static Kind<HostPort> address() {
        return new AddressKinds.Address();
    }

    /** An address, or nothing. */
    static Kind<Optional<HostPort>> optionalAddress() {
        return new AddressKinds.OptionalAddress();
    }

    /** Several URIs, which may have commas themselves: {@code etcd://a:2379,b:2379} is one. */
    static Kind<List<URI>> uris() {
        return new AddressKinds.Uris();
    }

    /** One of a few words; case does not matter, as in nsqd. */
    static <E extends Enum<E>> Kind<E> choice(Map<String, E> words) {
        return new WordKind<>(words, Shape.VALUE);
    }

    /** One of a few words, which may also stand alone on the command line and then means true. */
    static <E extends Enum<E>> Kind<E> switchChoice(Map<String, E> words) {
        return new WordKind<>(words, Shape.SWITCH);
    }

    /** Several values of a kind: the flag repeated, or values with commas between. */
    static <E> Kind<List<E>> list(Kind<E> element) {
        return new ListKind<>(element);
    }
}
