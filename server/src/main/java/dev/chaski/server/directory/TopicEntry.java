package dev.chaski.server.directory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A topic: who has it, who is buried for it, and its channels. Changed under the directory's lock; read by any thread,
 * which sees each part as it was at one moment.
 */
final class TopicEntry {
    private static final ChannelEntry[] NONE = {};

    private final String name;
    private volatile Peer[] peers = Peers.NONE;
    /** In the order of their names; nobody changes the array. */
    private volatile ChannelEntry[] channels = NONE;
    /** When somebody was buried. Hardly ever anything, so it is a new map for each change. */
    private volatile Map<Peer, Long> tombstones = Map.of();

    TopicEntry(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Who has it; nobody changes the array. */
    Peer[] peers() {
        return peers;
    }

    /** Its channels by name; nobody changes the array. */
    ChannelEntry[] channels() {
        return channels;
    }

    /** Returns whether that is new. */
    boolean add(Peer peer) {
        Peer[] before = peers;
        Peer[] after = Peers.with(before, peer);
        peers = after;
        return after.length > before.length;
    }

    /** Returns whether it was there. Its tombstone goes with it. */
    boolean remove(Peer peer) {
        Peer[] before = peers;
        Peer[] after = Peers.without(before, peer);
        peers = after;
        if (tombstones.containsKey(peer)) {
            Map<Peer, Long> fewer = new HashMap<>(tombstones);
            fewer.remove(peer);
            tombstones = Map.copyOf(fewer);
        }
        return after.length < before.length;
    }

    /** Leaves nobody, or one who has it. */
    void keepOnly(@Nullable Peer kept) {
        peers = kept == null ? Peers.NONE : new Peer[] {kept};
        tombstones = Map.of();
    }

    @Nullable
    ChannelEntry channel(String channel) {
        int at = find(channel);
        return at < 0 ? null : channels[at];
    }

    /** Adds a channel that is not there. */
    ChannelEntry addChannel(String channel) {
        ChannelEntry made = new ChannelEntry(channel);
        int at = -find(channel) - 1;
        ChannelEntry[] before = channels;
        ChannelEntry[] more = Arrays.copyOf(before, before.length + 1);
        System.arraycopy(before, at, more, at + 1, before.length - at);
        more[at] = made;
        channels = more;
        return made;
    }

    void keepChannels(Predicate<ChannelEntry> wanted) {
        channels = Arrays.stream(channels).filter(wanted).toArray(ChannelEntry[]::new);
    }

    private int find(String channel) {
        ChannelEntry[] sorted = channels;
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = sorted[middle].name().compareTo(channel);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    void bury(Peer peer, long nowNs) {
        Map<Peer, Long> more = new HashMap<>(tombstones);
        more.put(peer, nowNs);
        tombstones = Map.copyOf(more);
    }

    /** When somebody was buried here, or null. */
    @Nullable
    Long buriedNs(Peer peer) {
        return tombstones.get(peer);
    }

    boolean isBuried(Peer peer, long nowNs, long tombstoneNs) {
        Long buriedNs = tombstones.get(peer);
        return buriedNs != null && nowNs - buriedNs < tombstoneNs;
    }
}
