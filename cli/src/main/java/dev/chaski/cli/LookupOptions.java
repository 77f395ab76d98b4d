package dev.chaski.cli;

import dev.chaski.cli.nodes.HttpAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Lookups to find brokers by. */
final class LookupOptions {
    /** {@code host:port}, or a URL. */
    static final class LookupConverter implements ITypeConverter<HttpAddress> {
        @Override
        public HttpAddress convert(String text) {
            try {
                return HttpAddress.parse(text, HttpAddress.LOOKUP_PORT);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Option(
            names = "--lookupd-http-address",
            paramLabel = "<host:port>",
            converter = LookupConverter.class,
            description = "HTTP of a lookup that knows brokers, may be repeated")
    List<HttpAddress> addresses = new ArrayList<>();
}
