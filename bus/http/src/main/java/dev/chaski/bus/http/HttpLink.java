package dev.chaski.bus.http;

import dev.chaski.bus.BusException;
import dev.chaski.bus.BusOptions;
import dev.chaski.bus.BusUri;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.registry.Registry;
import dev.chaski.registry.RegistryException;
import dev.chaski.registry.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** A node: its server, its place in the registry, and what it publishes. Any thread. */
final class HttpLink implements Link {
    private final NodeServer server;
    private final Registry registry;
    private final boolean isRegistryOwned;
    private final Outbox outbox;
    private final Dispatcher dispatcher;
    private final Registry.Watch watch;
    private final String address;
    private final boolean isSecure;

    private HttpLink(
            NodeServer server,
            Registry registry,
            boolean isRegistryOwned,
            Outbox outbox,
            Poster poster,
            String host,
            boolean isSecure) {
        this.server = server;
        this.registry = registry;
        this.isRegistryOwned = isRegistryOwned;
        this.outbox = outbox;
        this.isSecure = isSecure;
        this.address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.port();
        this.dispatcher = new Dispatcher(outbox, poster);
        this.watch = registry.watch(Records.SERVICE, dispatcher::told);
    }

    static HttpLink open(
            BusUri uri, BusOptions options, boolean isSecure, Outbox outbox, Registry registry, boolean isOwned) {
        try {
            InetAddress listen = InetAddress.getByName(uri.host().isEmpty() ? "127.0.0.1" : uri.host());
            String host = uri.parameter("advertise", listen.getHostAddress());
            if (listen.isAnyLocalAddress() && uri.parameter("advertise", "").isEmpty()) {
                throw new BusException("bus:http: on all addresses needs advertise=HOST, which others reach it by");
            }
            NodeServer server = new NodeServer(
                    new InetSocketAddress(listen, Math.max(uri.port(), 0)), isSecure ? options.sslContext() : null);
            return new HttpLink(server, registry, isOwned, outbox, new Poster(options.sslContext()), host, isSecure);
        } catch (UnknownHostException e) {
            throw new BusException("the host " + uri.host() + " is unknown", e);
        } catch (IOException e) {
            throw new BusException("cannot listen on " + uri.host() + ":" + uri.port() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void publish(String topic, Message message) {
        dispatcher.publish(topic, HttpFormat.encode(topic, message));
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        if (options.queue().equals(Records.BROADCAST)) {
            throw new BusException("a queue must not be called " + Records.BROADCAST);
        }
        Service service = Records.service(topic, options.queue(), address, isSecure);
        String id = service.nodes().getFirst().id();
        server.add(id, new LocalFeed(topic, options.inFlightMax(), receiver));
        try {
            Registry.Registration registration = registry.register(service);
            return () -> {
                registration.close();
                server.remove(id);
            };
        } catch (RegistryException e) {
            server.remove(id);
            throw new BusException("the subscription cannot be registered: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        watch.close();
        dispatcher.close();
        server.close();
        outbox.close();
        if (isRegistryOwned) {
            registry.close();
        }
    }
}
