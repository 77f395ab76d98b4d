package dev.chaski.cli;

import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.Sizes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes: plain, or as {@code 64KiB}, {@code 1MiB}, {@code 2GiB}. Stateless. */
final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        try {
            return Sizes.parse(text);
        } catch (OptionException e) {
            throw new TypeConversionException("'" + text + "' is " + e.getMessage());
        }
    }
}
