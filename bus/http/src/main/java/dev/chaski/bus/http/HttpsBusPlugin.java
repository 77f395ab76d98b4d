package dev.chaski.bus.http;

/** The same over TLS. */
public final class HttpsBusPlugin extends HttpBusPlugin {
    /** For {@link java.util.ServiceLoader}. */
    public HttpsBusPlugin() {}

    @Override
    public String scheme() {
        return "https";
    }
}
