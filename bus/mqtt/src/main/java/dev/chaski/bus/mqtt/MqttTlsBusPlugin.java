package dev.chaski.bus.mqtt;

/** The same over TLS. */
public final class MqttTlsBusPlugin extends MqttBusPlugin {
    static final String SCHEME = "mqtts";

    @Override
    public String scheme() {
        return SCHEME;
    }
}
