package dev.chaski.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of all options, and where each came from. Immutable. */
public final class Options {
    /** Where a value came from; what is named first wins. */
    public enum Source {
        /** The command line, or the program that embeds the broker. */
        FLAG("the command line"),
        /** An environment variable. */
        ENVIRONMENT("the environment"),
        /** The configuration file. */
        FILE("the configuration file"),
        /** Nobody set it. */
        DEFAULT("the default");

        private final String title;

        Source(String title) {
            this.title = title;
        }

        /**
         * The source in words.
         *
         * @return a noun phrase
         */
        public String title() {
            return title;
        }
    }

    private record Setting(Object value, Source source) {}

    private final Map<Option<?>, Setting> settings;

    private Options(Map<Option<?>, Setting> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * The defaults.
     *
     * @return nobody set anything
     */
    public static Options defaults() {
        return new Builder(HostName.get()).build();
    }

    /**
     * A value.
     *
     * @param option which
     * @param <T> its type
     * @return what was set, or the default
     */
    // Sound: Builder.set is the only way in, and takes a value of the option's own type.
    @SuppressWarnings("unchecked")
    public <T> T get(Option<T> option) {
        Setting setting = settings.get(option);
        return setting == null ? option.defaultValue() : (T) setting.value();
    }

    /**
     * Where a value came from.
     *
     * @param option which
     * @return the source
     */
    public Source source(Option<?> option) {
        Setting setting = settings.get(option);
        return setting == null ? Source.DEFAULT : setting.source();
    }

    /**
     * A value as it would be given.
     *
     * @param option which
     * @return text, empty for none
     */
    public String text(Option<?> option) {
        return formatted(option);
    }

    /**
     * A value as {@code /config} tells it.
     *
     * @param option which
     * @return a number, boolean, text or list; a duration in nanoseconds, as nsqd has it
     */
    public Object json(Option<?> option) {
        return jsonOf(option);
    }

    /**
     * What is set and does less than it does in nsqd.
     *
     * @return one line for each such option, in the order of the table
     */
    public List<String> warnings() {
        return warnings(OptionTable.SET);
    }

    /**
     * What is set and does less than it does in NSQ.
     *
     * @param set the options that there are
     * @return one line for each such option, in the order of the set
     */
    public List<String> warnings(OptionSet set) {
        List<String> lines = new ArrayList<>();
        for (Option<?> option : set.all()) {
            if (option.isTold() && source(option) != Source.DEFAULT) {
                lines.add(option + " " + option.difference());
            }
        }
        return lines;
    }

    private <T> String formatted(Option<T> option) {
        return option.kind().format(get(option));
    }

    private <T> Object jsonOf(Option<T> option) {
        return option.kind().json(get(option));
    }

    /** Collects values. Owned by the thread that builds. */
    public static final class Builder {
        private final String host;
        private final Map<Option<?>, Setting> settings = new HashMap<>();

        /**
         * Nothing is set.
         *
         * @param host this host's name
         */
        public Builder(String host) {
            this.host = host;
        }

        /**
         * Sets a value, unless a stronger source has.
         *
         * @param option which
         * @param value its value
         * @param source who says so
         * @param <T> its type
         * @return this
         */
        public <T> Builder set(Option<T> option, T value, Source source) {
            Setting present = settings.get(option);
            if (present == null || present.source().compareTo(source) >= 0) {
                settings.put(option, new Setting(value, source));
            }
            return this;
        }

        /** Reads and sets a value. */
        <T> void read(Option<T> option, String text, Source source) throws OptionException {
            set(option, option.kind().read(text), source);
        }

        /**
         * Ends the collecting.
         *
         * @return the options
         */
        public Options build() {
            set(OptionTable.NODE_ID, HostName.nodeId(host), Source.DEFAULT);
            set(OptionTable.BROADCAST_ADDRESS, host, Source.DEFAULT);
            return new Options(settings);
        }
    }
}
