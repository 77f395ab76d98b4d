package dev.chaski.bus.mqtt;

/** The same over TLS. */
public final class MqttTlsBusPlugin extends MqttBusPlugin {
    static final String SCHEME = "mqtts";

    /** For {@link java.util.ServiceLoader}. */
    public MqttTlsBusPlugin() {}

    @Override
    public String scheme() {
        return SCHEME;
    }
}
