package dev.chaski.server;

import dev.chaski.server.config.HostPort;
import dev.chaski.server.config.Option;
import dev.chaski.server.config.OptionTable;
import dev.chaski.server.http.HttpDoor;
import dev.chaski.server.http.HttpDoorConfig;
import dev.chaski.server.http.HttpServices;
import dev.chaski.server.stats.StatsdConfig;
import dev.chaski.server.stats.StatsdPusher;
import dev.chaski.server.tls.Certificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The HTTP and HTTPS doors, and the figures sent to statsd. Owned by the thread that starts, then by the one that closes. */
final class HttpParts implements AutoCloseable {
    private final DoorConfigs configs;
    private @Nullable HttpDoor http;
    private @Nullable HttpDoor https;
    private @Nullable StatsdPusher statsd;

    HttpParts(DoorConfigs configs) {
        this.configs = configs;
    }

    /** HTTPS first: plain HTTP may have to send everybody there. */
    void open(HttpServices services, @Nullable Certificates certificates) throws StartException {
        HttpDoor encrypted = null;
        if (certificates != null) {
            encrypted = listen(OptionTable.HTTPS_ADDRESS, configs.https(certificates), services);
            https = encrypted;
        }
        http = listen(OptionTable.HTTP_ADDRESS, configs.http(encrypted == null ? null : encrypted.address()), services);
    }

    /** Once it is known under which ports this node is found: they are in the names of figures. */
    void push(HttpServices services) {
        Optional<StatsdConfig> config = configs.statsd(services.node().get());
        config.ifPresent(found -> statsd = StatsdPusher.start(found, services.stats()));
    }

    private HttpDoor listen(Option<HostPort> option, HttpDoorConfig config, HttpServices services)
            throws StartException {
        try {
            return HttpDoor.open(config, services);
        } catch (IOException e) {
            throw Listening.failed(option, configs.options().get(option), e);
        }
    }

    InetSocketAddress address() {
        return Objects.requireNonNull(http, "not started").address();
    }

    @Nullable
    InetSocketAddress httpsAddress() {
        return https == null ? null : https.address();
    }

    void closeAcceptors() {
        doors().forEach(HttpDoor::closeAcceptor);
    }

    CompletableFuture<Void> drain() {
        return CompletableFuture.allOf(doors().stream().map(HttpDoor::drain).toArray(CompletableFuture[]::new));
    }

    private List<HttpDoor> doors() {
        List<HttpDoor> doors = new ArrayList<>();
        if (http != null) {
            doors.add(http);
        }
        if (https != null) {
            doors.add(https);
        }
        return doors;
    }

    @Override
    public void close() {
        if (statsd != null) {
            statsd.close();
        }
        doors().forEach(HttpDoor::close);
    }
}
