package dev.chaski.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where something is. */
final class AddressKinds {
    private AddressKinds() {}

    /** A host with a port. */
    static final class Address extends Kind<HostPort> {
        Address() {
            super("host:port", Shape.VALUE);
        }

        @Override
        HostPort read(String text) throws OptionException {
            return HostPort.parse(text);
        }

        @Override
        Object json(HostPort value) {
            return value.toString();
        }
    }

    /** A host with a port, or nothing. */
    static final class OptionalAddress extends Kind<Optional<HostPort>> {
        OptionalAddress() {
            super("host:port", Shape.VALUE);
        }

        @Override
        Optional<HostPort> read(String text) throws OptionException {
            return text.isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(text));
        }

        @Override
        String format(Optional<HostPort> value) {
            return value.map(HostPort::toString).orElse("");
        }

        @Override
        Object json(Optional<HostPort> value) {
            return format(value);
        }
    }

    /** URIs with commas between. */
    static final class Uris extends Kind<List<URI>> {
        Uris() {
            super("uri", Shape.LIST);
        }

        @Override
        List<URI> read(String text) throws OptionException {
            List<URI> uris = new ArrayList<>();
            for (String part : NextUri.PATTERN.split(text, -1)) {
                if (!part.isBlank()) {
                    uris.add(readUri(part.trim()));
                }
            }
            return List.copyOf(uris);
        }

        @Override
        String format(List<URI> value) {
            return value.stream().map(URI::toString).collect(Collectors.joining(","));
        }

        @Override
        Object json(List<URI> value) {
            return value.stream().map(URI::toString).toList();
        }
    }

    private static final class NextUri {
        /** A comma before a scheme; what has a number after its colon is a host. */
        static final Pattern PATTERN = Pattern.compile(",(?=\\s*[A-Za-z][A-Za-z0-9+.-]*:(?!\\d))");
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
}
