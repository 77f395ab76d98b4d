package dev.chaski.bus.kafka;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * {@code bus:kafka://USER:PASSWORD@HOST:PORT}, a Kafka cluster, 4.2 or newer, with the parameters
 *
 * <ul>
 *   <li>{@code servers}: more of its brokers to begin with, {@code HOST:PORT,HOST:PORT};
 *   <li>{@code partitions}: how many a topic gets that is made here, 1;
 *   <li>{@code replicas}: how many brokers keep it; left out, the cluster decides.
 * </ul>
 *
 * <p>A queue is a share group of its topic: its members share the messages, not the partitions, and acknowledge each by
 * itself. Headers are record headers. The order is not promised: a share group gives back what failed, and a topic may
 * have several partitions. A user logs in by SASL/PLAIN. {@code bus:kafkas:} is the same over TLS; certificates are
 * verified.
 */
public class KafkaBusPlugin implements BusPlugin {
    private static final int PORT = 9092;

    /** For {@link java.util.ServiceLoader}. */
    public KafkaBusPlugin() {}

    @Override
    public String scheme() {
        return "kafka";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return EnumSet.complementOf(EnumSet.of(Capability.ORDERED));
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow("servers", "partitions", "replicas");
        if (uri.host().isEmpty()) {
            throw new BusException("bus:" + scheme() + ": names no server; write bus:" + scheme() + "://HOST:PORT");
        }
        String servers = uri.host() + ":" + (uri.port() < 0 ? PORT : uri.port());
        String more = uri.parameter("servers", "");
        Map<String, Object> settings = settings(uri, options);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, more.isEmpty() ? servers : servers + "," + more);
        // 0 stands for what the cluster takes by itself.
        int replicas = uri.parameters().containsKey("replicas") ? uri.positive("replicas", 1) : 0;
        return KafkaLink.open(servers, settings, uri.positive("partitions", 1), replicas);
    }

    private Map<String, Object> settings(BusUri uri, BusOptions options) {
        boolean isSecure = scheme().equals(KafkaTlsBusPlugin.SCHEME);
        boolean isUserNamed = !uri.user().isEmpty();
        Map<String, Object> settings = new HashMap<>();
        settings.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                (isUserNamed ? "SASL_" : "") + (isSecure ? "SSL" : "PLAINTEXT"));
        if (isUserNamed) {
            settings.put(SaslConfigs.SASL_MECHANISM, "PLAIN");
            settings.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "org.apache.kafka.common.security.plain.PlainLoginModule required username=" + quoted(uri.user())
                            + " password=" + quoted(uri.password()) + ";");
        }
        SSLContext context = options.sslContext();
        if (isSecure && context != null) {
            settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, ContextEngines.class);
            settings.put(ContextEngines.CONTEXT, context);
        }
        return settings;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
