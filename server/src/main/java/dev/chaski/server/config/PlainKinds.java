package dev.chaski.server.config;

/** Texts, switches and numbers. */
final class PlainKinds {
    private PlainKinds() {}

    /** Any text. */
    static final class Text extends Kind<String> {
        Text(String placeholder) {
            super(placeholder, Shape.VALUE);
        }

        @Override
        String read(String text) {
            return text;
        }
    }

    /** True or false. */
    static final class Bool extends Kind<Boolean> {
        Bool() {
            super("true|false", Shape.SWITCH);
        }

        @Override
        Boolean read(String text) throws OptionException {
            return switch (text) {
                case "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default -> throw new OptionException("allowed is true or false");
            };
        }
    }

    /** A whole number; nothing stands for a default below what may be given. */
    static final class Whole extends Kind<Integer> {
        private final int min;
        private final int max;

        Whole(int min, int max) {
            super("number", Shape.VALUE);
            this.min = min;
            this.max = max;
        }

        @Override
        Integer read(String text) throws OptionException {
            return (int) readLong(text, min, max);
        }

        @Override
        String format(Integer value) {
            return value < min ? "" : value.toString();
        }
    }

    /** A whole number that may be long. */
    static final class Count extends Kind<Long> {
        private final long min;
        private final long max;

        Count(long min, long max) {
            super("number", Shape.VALUE);
            this.min = min;
            this.max = max;
        }

        @Override
        Long read(String text) throws OptionException {
            return readLong(text, min, max);
        }
    }

    /** A part of one. */
    static final class Percentile extends Kind<Double> {
        Percentile() {
            super("0.99", Shape.VALUE);
        }

        @Override
        Double read(String text) throws OptionException {
            try {
                double value = Double.parseDouble(text);
                if (value > 0 && value <= 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Told below, as for a number out of range.
            }
            throw new OptionException("not a percentile; allowed is above 0 to 1, such as 0.99");
        }
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
