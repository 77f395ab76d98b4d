package dev.chaski.bus.mqtt;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusPlugin;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Capability;
import dev.chaski.bus.Link;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/**
 * {@code bus:mqtt://USER:PASSWORD@HOST:PORT}, a server of MQTT 5, with the parameter {@code session}: how many seconds it
 * keeps a subscription whose connection is lost, 60.
 *
 * <p>Messages go with QoS 1, headers as user properties. A queue is a shared subscription, {@code $share/QUEUE/TOPIC}. A
 * message is acknowledged to the server when it is done; one that should come again waits here for it, since MQTT has no
 * word for that. So what a dead process held comes to nobody, and what is published while nobody subscribes is gone.
 * {@code bus:mqtts:} is the same over TLS; certificates are verified.
 */
public class MqttBusPlugin implements BusPlugin {
    private static final int SESSION_S = 60;
    private static final int KEEP_ALIVE_S = 20;
    private static final int CONNECT_LIMIT_S = 10;

    /** For {@link java.util.ServiceLoader}. */
    public MqttBusPlugin() {}

    @Override
    public String scheme() {
        return "mqtt";
    }

    @Override
    public Set<Capability> capabilities(BusUri uri) {
        return EnumSet.of(
                Capability.BETWEEN_PROCESSES, Capability.REDELIVERS, Capability.ORDERED, Capability.ANY_TOPIC);
    }

    @Override
    public Link connect(BusUri uri, BusOptions options) {
        uri.allow("session");
        if (uri.host().isEmpty()) {
            throw new BusException("bus:" + scheme() + ": names no server; write bus:" + scheme() + "://HOST:PORT");
        }
        boolean isSecure = scheme().equals(MqttTlsBusPlugin.SCHEME);
        int port = uri.port() >= 0 ? uri.port() : isSecure ? 8883 : 1883;
        String address = uri.host() + ":" + port;
        MqttLink link = new MqttLink(
                address,
                (isSecure ? "ssl://" : "tcp://") + address,
                () -> settings(uri, options, isSecure),
                uri.positive("session", SESSION_S));
        link.open();
        return link;
    }

    private static MqttConnectionOptions settings(BusUri uri, BusOptions options, boolean isSecure) {
        MqttConnectionOptions settings = new MqttConnectionOptions();
        settings.setAutomaticReconnect(false);
        settings.setKeepAliveInterval(KEEP_ALIVE_S);
        settings.setConnectionTimeout(CONNECT_LIMIT_S);
        if (!uri.user().isEmpty()) {
            settings.setUserName(uri.user());
            settings.setPassword(uri.password().getBytes(StandardCharsets.UTF_8));
        }
        if (isSecure) {
            SSLContext context = options.sslContext();
            settings.setSocketFactory(context != null ? context.getSocketFactory() : SSLSocketFactory.getDefault());
            settings.setHttpsHostnameVerificationEnabled(true);
        }
        return settings;
    }
}
