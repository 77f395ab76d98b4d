package dev.chaski.bus;

import dev.chaski.registry.Registry;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How a bus behaves.
 *
 * @param codec how a plug-in whose carrier has no headers writes a message
 * @param errorHandler called where a handler threw, with {@link Event#error}; it may acknowledge the message, which is
 *     otherwise delivered again
 * @param sslContext for connections over TLS, and what it trusts; null for Java's own
 * @param registry where a plug-in without a server finds others, closed by its owner; null for the one that the URI names
 */
public record BusOptions(
        Codec codec,
        Handler errorHandler,
        @Nullable SSLContext sslContext,
        @Nullable Registry registry) {
    /**
     * JSON, and failures are logged.
     *
     * @return the options
     */
    public static BusOptions defaults() {
        return new BusOptions(Codecs.JSON, BusOptions::log, null, null);
    }

    private static void log(Event event) {
        LoggerFactory.getLogger(Bus.class)
                .warn(
                        "handler failed topic={}; the message comes again",
                        event.topic(),
                        event.error().orElse(null));
    }

    /**
     * The same with another codec.
     *
     * @param other one of {@link Codecs}, or your own
     * @return the options
     */
    public BusOptions withCodec(Codec other) {
        return new BusOptions(other, errorHandler, sslContext, registry);
    }

    /**
     * The same with another error handler.
     *
     * @param other called where a handler threw
     * @return the options
     */
    public BusOptions withErrorHandler(Handler other) {
        return new BusOptions(codec, other, sslContext, registry);
    }

    /**
     * The same with keys and trust for TLS.
     *
     * @param context ready to use
     * @return the options
     */
    public BusOptions withSslContext(SSLContext context) {
        return new BusOptions(codec, errorHandler, context, registry);
    }

    /**
     * The same with a registry.
     *
     * @param opened stays open when the bus closes
     * @return the options
     */
    public BusOptions withRegistry(Registry opened) {
        return new BusOptions(codec, errorHandler, sslContext, opened);
    }
}
