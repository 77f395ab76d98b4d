package dev.chaski.bus.nats;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import io.nats.client.Options;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * {@code bus:nats://USER:PASSWORD@HOST:PORT}, a NATS server with JetStream, 2.9 or newer, with the parameters
 *
 * <ul>
 *   <li>{@code servers}: more members of the cluster, {@code HOST:PORT,HOST:PORT};
 *   <li>{@code pending}: how many messages of a topic may wait, 1,000,000;
 *   <li>{@code replicas}: how many members keep each message, 1.
 * </ul>
 *
 * <p>A topic is a stream with one subject, a queue a durable consumer of it. Messages are written by the codec of the
 * options, as Go Micro's NATS plug-in writes JSON: NATS's own headers take neither every name nor every value, and some
 * of them give orders to the server. {@code bus:natss:} is the same over TLS; certificates are verified.
 */
public class NatsBusPlugin implements BusPlugin {
    private static final int PENDING_MAX = 1_000_000;

    /** For {@link java.util.ServiceLoader}. */
    public NatsBusPlugin() {}

    @Override
    public String scheme() {
        return "nats";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow("servers", "pending", "replicas");
        if (uri.host().isEmpty()) {
            throw new BusException("bus:" + scheme() + ": names no server; write bus:" + scheme() + "://HOST:PORT");
        }
        int pendingMax = uri.positive("pending", PENDING_MAX);
        int replicas = uri.positive("replicas", 1);
        return NatsLink.open(settings(uri, options), options, pendingMax, replicas);
    }

    private Options.Builder settings(BusUri uri, BusOptions options) {
        Options.Builder settings = new Options.Builder();
        settings.server(server(uri.host() + (uri.port() < 0 ? "" : ":" + uri.port())));
        for (String more : uri.parameter("servers", "").split(",", -1)) {
            if (!more.isEmpty()) {
                settings.server(server(more));
            }
        }
        if (!uri.user().isEmpty()) {
            settings.userInfo(uri.user().toCharArray(), uri.password().toCharArray());
        }
        if (isSecure()) {
            settings.sslContext(new NamedHostContext(trust(options)));
        }
        return settings;
    }

    private String server(String address) {
        return (isSecure() ? "tls://" : "nats://") + address;
    }

    private boolean isSecure() {
        return scheme().equals(NatsTlsBusPlugin.SCHEME);
    }

    private static SSLContext trust(BusOptions options) {
        try {
            return options.sslContext() != null ? options.sslContext() : SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new BusException("this Java has no TLS: " + e.getMessage(), e);
        }
    }
}
