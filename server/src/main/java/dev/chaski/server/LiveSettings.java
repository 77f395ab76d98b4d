package dev.chaski.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chaski.registry.lookup.Lookupds;
import dev.chaski.server.config.Choices.Level;
import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionException;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.config.Options;
import dev.chaski.server.http.RuntimeSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options as they are now: those of the start, but for the two that can be changed. Any thread. */
final class LiveSettings implements RuntimeSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);
    /** More lookupds than anybody runs, so that a request cannot start any number of threads. */
    private static final int LOOKUPDS_MAX = 64;

    private final Options options;
    private final Lookupds lookupds;
    private volatile Level level;

    LiveSettings(Options options, Lookupds lookupds) {
        this.options = options;
        this.lookupds = lookupds;
        this.level = options.get(OptionTable.LOG_LEVEL);
    }

    @Override
    public @Nullable Object get(String name) {
        Option<?> option = OptionTable.ofKey(name);
        if (option == null) {
            return null;
        }
        if (option == OptionTable.LOG_LEVEL) {
            return number(level);
        }
        if (option == OptionTable.LOOKUPD_TCP_ADDRESS) {
            return lookupds.addresses().stream().map(LiveSettings::text).toList();
        }
        if (option == OptionTable.TLS_REQUIRED) {
            return switch (options.get(OptionTable.TLS_REQUIRED)) {
                case NO -> 0;
                case TCP_ONLY -> 1;
                case EVERYWHERE -> 2;
            };
        }
        return options.json(option);
    }

    /** As nsqd numbers them. */
    private static int number(Level level) {
        return switch (level) {
            case DEBUG -> 1;
            case INFO -> 2;
            case WARN -> 3;
            case ERROR -> 4;
            case FATAL -> 5;
        };
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getHostString(), address.getPort()).toString();
    }

    @Override
    public Change put(String name, String value) {
        if (name.equals(OptionTable.LOG_LEVEL.key())) {
            return putLevel(value.trim());
        }
        if (name.equals(OptionTable.LOOKUPD_TCP_ADDRESS.key())) {
            return putLookupds(value);
        }
        return Change.NOT_CHANGEABLE;
    }

    private Change putLevel(String value) {
        for (Level known : Level.values()) {
            if (known.name().equals(value.toUpperCase(Locale.ROOT))) {
                level = known;
                LogLevels.set(known);
                LOG.info("log level changed level={}", known);
                return Change.DONE;
            }
        }
        return Change.INVALID_VALUE;
    }

    private Change putLookupds(String value) {
        List<InetSocketAddress> addresses = AddressList.read(value);
        if (addresses == null) {
            return Change.INVALID_VALUE;
        }
        lookupds.addresses(addresses);
        LOG.info("lookupds changed addresses={}", addresses);
        return Change.DONE;
    }

    /** A class of its own, so that Jackson is loaded by the first change and not by the start. */
    private static final class AddressList {
        private static final ObjectMapper JSON = new ObjectMapper();

        /** What a JSON list of addresses names, or null where it is none. */
        static @Nullable List<InetSocketAddress> read(String text) {
            try {
                JsonNode list = JSON.readTree(text);
                if (!list.isArray() || list.size() > LOOKUPDS_MAX) {
                    return null;
                }
                List<InetSocketAddress> addresses = new ArrayList<>();
                for (JsonNode element : list) {
                    HostPort address = HostPort.parse(element.asText());
                    addresses.add(InetSocketAddress.createUnresolved(address.host(), address.port()));
                }
                return addresses;
            } catch (JsonProcessingException | OptionException e) {
                return null;
            }
        }
    }
}
