package dev.chaski.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What all buses have in common, around a plug-in. Any thread; handlers are called without a lock. */
final class PluggedBus implements Bus {
    private final BusPlugin plugin;
    private final BusUri uri;
    private final Set<Subscribed> subscriptions = ConcurrentHashMap.newKeySet();
    private BusOptions options;
    private volatile @Nullable Link link;

    private PluggedBus(BusPlugin plugin, BusUri uri, BusOptions options) {
        this.plugin = plugin;
        this.uri = uri;
        this.options = options;
    }

    static Bus of(BusUri uri, BusOptions options) {
        List<String> known = new ArrayList<>();
        for (BusPlugin plugin : ServiceLoader.load(BusPlugin.class)) {
            if (plugin.scheme().equals(uri.scheme())) {
                return new PluggedBus(plugin, uri, options);
            }
            known.add(plugin.scheme());
        }
        throw new BusException("no plug-in serves bus:" + uri.scheme() + ":; on the class path are " + known);
    }

    @Override
    public String name() {
        return plugin.scheme();
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.copyOf(plugin.capabilities(uri));
    }

    @Override
    public synchronized BusOptions options() {
        return options;
    }

    @Override
    public synchronized void init(BusOptions wanted) {
        if (link != null) {
            throw new BusException("the bus is connected; disconnect it before you change its options");
        }
        options = wanted;
    }

    @Override
    public String address() {
        Link open = link;
        return open == null ? "" : open.address();
    }

    @Override
    public synchronized void connect() {
        if (link == null) {
            link = plugin.connect(uri, options);
        }
    }

    @Override
    public synchronized void disconnect() {
        Link open = link;
        link = null;
        try {
            subscriptions.forEach(Subscribed::unsubscribe);
        } finally {
            // Where one of them cannot be ended in order, all end with the connection.
            subscriptions.clear();
            if (open != null) {
                open.close();
            }
        }
    }

    @Override
    public void publish(String topic, Message message) {
        Topics.check(topic);
        connected().publish(topic, message);
    }

    @Override
    public Subscription subscribe(String topic, Handler handler, SubscribeOptions subscribe) {
        Topics.check(topic);
        Handler errorHandler = options().errorHandler();
        Link.Feed feed = connected()
                .subscribe(
                        topic,
                        subscribe,
                        (message, settlement) ->
                                new Delivery(topic, message, subscribe, settlement).run(handler, errorHandler));
        Subscribed subscribed = new Subscribed(topic, subscribe, feed);
        subscriptions.add(subscribed);
        return subscribed;
    }

    private Link connected() {
        Link open = link;
        if (open == null) {
            throw new BusException("the bus is not connected; call connect() first");
        }
        return open;
    }

    private final class Subscribed implements Subscription {
        private final String topic;
        private final SubscribeOptions subscribe;
        private final Link.Feed feed;
        private final AtomicBoolean isEnded = new AtomicBoolean();

        Subscribed(String topic, SubscribeOptions subscribe, Link.Feed feed) {
            this.topic = topic;
            this.subscribe = subscribe;
            this.feed = feed;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public SubscribeOptions options() {
            return subscribe;
        }

        @Override
        public void unsubscribe() {
            if (isEnded.compareAndSet(false, true)) {
                subscriptions.remove(this);
                feed.close();
            }
        }
    }
}
