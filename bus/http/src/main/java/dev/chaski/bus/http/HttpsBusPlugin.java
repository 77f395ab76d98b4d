package dev.chaski.bus.http;

/** The same over TLS. */
public final class HttpsBusPlugin extends HttpBusPlugin {
    @Override
    public String scheme() {
        return "https";
    }
}
