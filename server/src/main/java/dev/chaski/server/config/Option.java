package dev.chaski.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an operator can set. Immutable.
 *
 * @param <T> type of its value
 */
public final class Option<T> {
    /** Where an option stands in the help and the documents. */
    public enum Group {
        /** Where to listen. */
        ADDRESSES("Addresses"),
        /** What is kept where, and when a publish is answered. */
        STORAGE("Storage"),
        /** What clients may ask for. */
        LIMITS("Limits"),
        /** What clients may negotiate. */
        FEATURES("Features"),
        /** Encryption. */
        TLS("TLS"),
        /** Who may do what. */
        AUTH("Auth"),
        /** How consumers find this node. */
        DISCOVERY("Discovery"),
        /** The pages under {@code /console}, and their API. */
        CONSOLE("Console"),
        /** Figures. */
        METRICS("Metrics"),
        /** What is written to the log. */
        LOGGING("Logging"),
        /** What nsqd has and nothing here needs. */
        WITHOUT_EFFECT("Accepted, without effect");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        /**
         * Its heading.
         *
         * @return a few words
         */
        public String title() {
            return title;
        }
    }

    private final String name;
    private final String key;
    private final Group group;
    private final Kind<T> kind;
    private final T defaultValue;
    private final String description;
    private final Relation relation;

    /** How an option stands to nsqd's of the same name: its own, or perhaps different. */
    record Relation(boolean isOwn, @Nullable String difference, boolean isTold) {
        static final Relation SAME = new Relation(false, null, false);
        static final Relation OWN = new Relation(true, null, false);
    }

    Option(Group group, String name, String key, Kind<T> kind, T defaultValue, String description, Relation relation) {
        this.group = group;
        this.name = name;
        this.key = key;
        this.kind = kind;
        this.defaultValue = defaultValue;
        this.description = description;
        this.relation = relation;
    }

    /** The same option, which differs from nsqd's; whether whoever sets it is told. */
    Option<T> unlike(String how, boolean isTold) {
        return new Option<>(group, name, key, kind, defaultValue, description, new Relation(false, how, isTold));
    }

    /** The same option, which nsqd does not have. */
    Option<T> own() {
        return new Option<>(group, name, key, kind, defaultValue, description, Relation.OWN);
    }

    /** The same option under a name of its own in the configuration file. */
    Option<T> keyed(String otherKey) {
        return new Option<>(group, name, otherKey, kind, defaultValue, description, relation);
    }

    /**
     * Its name on the command line, without dashes before it.
     *
     * @return lower-case words with dashes between
     */
    public String name() {
        return name;
    }

    /**
     * Its name in the configuration file and in {@code /config}.
     *
     * @return lower-case words with underscores between
     */
    public String key() {
        return key;
    }

    /**
     * Its environment variable.
     *
     * @return upper-case words with underscores between
     */
    public String variable() {
        return "CHASKI_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * Where it belongs.
     *
     * @return the group
     */
    public Group group() {
        return group;
    }

    /**
     * What it is for.
     *
     * @return one sentence without a full stop
     */
    public String description() {
        return description;
    }

    /**
     * How it differs from the option of the same name in nsqd.
     *
     * @return one sentence, or null where it does the same or is Chaski's own
     */
    public @Nullable String difference() {
        return relation.difference();
    }

    /**
     * Whether somebody who sets it expects more than happens, and is told at the start.
     *
     * @return true where {@link #difference} is worth a line in the log
     */
    boolean isTold() {
        return relation.isTold();
    }

    /**
     * Whether nsqd has no such option.
     *
     * @return true for Chaski's own
     */
    public boolean isOwn() {
        return relation.isOwn();
    }

    /**
     * Its value when nobody sets it, as it would be given.
     *
     * @return text, empty for none
     */
    public String defaultText() {
        return kind.format(defaultValue);
    }

    T defaultValue() {
        return defaultValue;
    }

    Kind<T> kind() {
        return kind;
    }

    @Override
    public String toString() {
        return "--" + name;
    }
}
