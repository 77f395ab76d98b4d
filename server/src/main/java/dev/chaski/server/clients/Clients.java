package dev.chaski.server.clients;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Everybody who is connected over any door that keeps connections. Any thread. */
public final class Clients {
    private final Set<Client> connected = ConcurrentHashMap.newKeySet();

    /** Nobody is connected yet. */
    public Clients() {}

    /**
     * Somebody connected.
     *
     * @param client the connection
     */
    public void add(Client client) {
        connected.add(client);
    }

    /**
     * Somebody left.
     *
     * @param client the connection
     */
    public void remove(Client client) {
        connected.remove(client);
    }

    /**
     * How many are connected.
     *
     * @return 0 or more
     */
    public int count() {
        return connected.size();
    }

    /**
     * All who are connected, in one pass over the connections.
     *
     * @return a snapshot, the longest connected first
     */
    public Snapshot snapshot() {
        List<ClientStats> producers = new ArrayList<>();
        Map<ChannelKey, List<ClientStats>> consumers = new HashMap<>();
        List<ClientStats> all = new ArrayList<>();
        connected.forEach(client -> all.add(client.stats()));
        all.sort(Comparator.comparingLong(ClientStats::connectTs).thenComparing(ClientStats::remoteAddress));
        for (ClientStats stats : all) {
            if (stats.isProducer()) {
                producers.add(stats);
            }
            if (stats.topic() != null && stats.channel() != null) {
                consumers
                        .computeIfAbsent(new ChannelKey(stats.topic(), stats.channel()), key -> new ArrayList<>())
                        .add(stats);
            }
        }
        return new Snapshot(all, producers, consumers);
    }

    private record ChannelKey(String topic, String channel) {}

    /** Who was connected at one moment. Immutable. */
    public static final class Snapshot {
        private final List<ClientStats> all;
        private final List<ClientStats> producers;
        private final Map<ChannelKey, List<ClientStats>> consumers;

        private Snapshot(
                List<ClientStats> all, List<ClientStats> producers, Map<ChannelKey, List<ClientStats>> consumers) {
            this.all = List.copyOf(all);
            this.producers = List.copyOf(producers);
            this.consumers = consumers;
        }

        /**
         * All of them.
         *
         * @return the longest connected first
         */
        public List<ClientStats> all() {
            return all;
        }

        /**
         * Those who published something.
         *
         * @return the longest connected first
         */
        public List<ClientStats> producers() {
            return producers;
        }

        /**
         * Those who are subscribed to a channel.
         *
         * @param topic its topic's name
         * @param channel its name
         * @return the longest connected first; empty where nobody is
         */
        public List<ClientStats> consumers(String topic, String channel) {
            return List.copyOf(consumers.getOrDefault(new ChannelKey(topic, channel), List.of()));
        }
    }
}
