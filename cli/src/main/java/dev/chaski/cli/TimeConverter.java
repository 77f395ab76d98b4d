package dev.chaski.cli;

import dev.chaski.server.config.Durations;
import dev.chaski.server.config.OptionException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as NSQ's tools take them: {@code 250ms}, {@code 1m30s}, {@code 1.5h}, {@code 0}. Stateless. */
final class TimeConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            Duration time = Durations.parse(text);
            boolean hasUnit = !Character.isDigit(text.charAt(text.length() - 1));
            if (!time.isNegative() && (hasUnit || time.isZero())) {
                return time;
            }
        } catch (OptionException | IndexOutOfBoundsException e) {
            // told below
        }
        throw new TypeConversionException("'" + text + "' is no time: write 500ms, 10s, 5m or 1h30m");
    }
}
