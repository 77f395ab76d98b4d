package dev.chaski.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object for each event: time, level, logger and message as {@link LogLine} has them, and each {@code key=value} of
 * the message as a field of its own. Any thread.
 */
final class JsonLine extends LayoutBase<ILoggingEvent> {
    /** A key with its value, in which places stand for arguments, or a place alone. */
    private static final Pattern KEY_OR_PLACE =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(\"[^\"]*\"|[^\\s;,\"]+)|\\{}");

    private static final String PLACE = "{}";
    private static final Set<String> TAKEN = Set.of("time", "level", "logger", "message", "exception");
    private static final int BYTES_USUAL = 256;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(BYTES_USUAL);
        line.append("{\"time\":\"");
        LogLine.TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        String logger = event.getLoggerName();
        field(line.append('"'), "level", event.getLevel().toString());
        field(line, "logger", logger.substring(logger.lastIndexOf('.') + 1));
        field(line, "message", event.getFormattedMessage());
        fields(line, event.getMessage(), event.getArgumentArray());
        if (event.getThrowableProxy() != null) {
            field(line, "exception", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.append("}\n").toString();
    }

    private static void fields(StringBuilder line, String pattern, Object @Nullable [] given) {
        Object[] arguments = given == null ? new Object[0] : given;
        Matcher found = KEY_OR_PLACE.matcher(pattern);
        int used = 0;
        while (found.find()) {
            String key = found.group(1);
            String value = key == null ? PLACE : found.group(2);
            Object filled =
                    value.equals(PLACE) && used < arguments.length ? arguments[used] : fill(value, arguments, used);
            used += places(value);
            if (key != null) {
                field(line, TAKEN.contains(key) ? key + "_" : key, filled);
            }
        }
    }

    private static int places(String value) {
        return (value.length() - value.replace(PLACE, "").length()) / PLACE.length();
    }

    /** A value without its quotes, and with arguments in their places. */
    private static String fill(String value, Object[] arguments, int first) {
        String text = value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
        StringBuilder filled = new StringBuilder();
        int from = 0;
        int next = first;
        for (int at = text.indexOf(PLACE); at >= 0 && next < arguments.length; at = text.indexOf(PLACE, from)) {
            filled.append(text, from, at).append(arguments[next++]);
            from = at + PLACE.length();
        }
        return filled.append(text, from, text.length()).toString();
    }

    private static void field(StringBuilder line, String key, Object value) {
        line.append(",\"").append(key).append("\":");
        if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            line.append(value);
            return;
        }
        line.append('"');
        String text = String.valueOf(value);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    // Line and paragraph separators end a line for some readers.
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                        line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }
}
