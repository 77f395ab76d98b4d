package dev.chaski.cli.tofile;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.WeekFields;
import java.util.Locale;

/**
 * The part of a file's name that tells when it was begun. A format with a {@code %} in it is strftime's, as nsq_to_file has
 * it; any other is one of {@link DateTimeFormatter}. English names, whatever the system speaks. Any thread.
 */
public final class DateText {
    private final DateTimeFormatter formatter;

    private DateText(DateTimeFormatter formatter) {
        this.formatter = formatter;
    }

    /**
     * Reads a format.
     *
     * @param format {@code %Y-%m-%d_%H} or {@code yyyy-MM-dd_HH}
     * @return what writes it
     * @throws IllegalArgumentException where it is none of both
     */
    public static DateText of(String format) {
        if (format.indexOf('%') >= 0) {
            return new DateText(strftime(format));
        }
        try {
            return new DateText(DateTimeFormatter.ofPattern(format, Locale.ENGLISH));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + format + "\" is no format of a time: write %Y-%m-%d_%H, or yyyy-MM-dd_HH as Java does", e);
        }
    }

    String at(ZonedDateTime time) {
        return formatter.format(time);
    }

    private static DateTimeFormatter strftime(String format) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                builder.appendLiteral(c);
            } else if (++i < format.length()) {
                append(builder, format.charAt(i));
            } else {
                throw new IllegalArgumentException("\"" + format + "\" ends with %");
            }
        }
        return builder.toFormatter(Locale.ENGLISH);
    }

    private static void append(DateTimeFormatterBuilder builder, char directive) {
        switch (directive) {
            case 'Y' -> builder.appendValue(ChronoField.YEAR, 4);
            case 'j' -> builder.appendValue(ChronoField.DAY_OF_YEAR, 3);
            case 'f' -> builder.appendValue(ChronoField.MICRO_OF_SECOND, 6);
            case 'L' -> builder.appendValue(ChronoField.MILLI_OF_SECOND, 3);
            case 's' -> builder.appendValue(ChronoField.INSTANT_SECONDS);
            case 'w' -> builder.appendValue(WeekFields.SUNDAY_START.dayOfWeek());
            case 'p' -> builder.appendText(ChronoField.AMPM_OF_DAY, TextStyle.SHORT);
            case '%' -> builder.appendLiteral('%');
            default -> builder.appendPattern(pattern(directive));
        }
    }

    /** As Java writes the same. */
    private static String pattern(char directive) {
        return switch (directive) {
            case 'y' -> "yy";
            case 'm' -> "MM";
            case 'd' -> "dd";
            case 'e' -> "ppd";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'z' -> "xx";
            case 'Z' -> "zzz";
            case 'F' -> "yyyy-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'R' -> "HH:mm";
            case 'G' -> "YYYY";
            case 'V' -> "ww";
            default -> throw new IllegalArgumentException("%" + directive + " is not known in a format of a time");
        };
    }
}
