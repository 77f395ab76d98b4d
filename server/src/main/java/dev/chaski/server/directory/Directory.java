package dev.chaski.server.directory;

import dev.chaski.wire.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes have which topics and channels, as nsqlookupd keeps it. Any thread.
 *
 * <p>All changes are made under one lock, which is held for microseconds: what takes longer, because a node had many
 * topics, is done in pieces by the executor of chores. Whoever reads ({@link #view}) takes no lock: what is shared is
 * replaced and not changed, topic by topic.
 *
 * <p>Names stay when nobody has them any more, until somebody deletes them; an ephemeral one goes with the last who has it.
 * What this process's own broker has cannot be deleted here: see {@link #deleteTopic}.
 */
public final class Directory {
    /** Topics that are taken from a node that left while the lock is held. */
    private static final int CHORE_COUNT = 256;

    private final DirectoryLimits limits;
    private final LongSupplier clockNs;
    private final Executor chores;
    private final DirectoryView view;
    private final ConcurrentNavigableMap<String, TopicEntry> topics = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<Long, Peer> peers = new ConcurrentSkipListMap<>();
    private final Map<String, Peer> lastKnown = new HashMap<>();
    private @Nullable Peer thisNode;
    private long nextSerial;
    private int nameCount;
    private int registrationCount;
    /** Rises with every change that would outlive this process. */
    private final AtomicLong changeCount = new AtomicLong();

    /**
     * Nobody is known.
     *
     * @param times how long things hold
     * @param limits how much is taken
     * @param clockNs a clock that only rises, in nanoseconds
     * @param chores runs what may take milliseconds
     */
    public Directory(DirectoryTimes times, DirectoryLimits limits, LongSupplier clockNs, Executor chores) {
        this.limits = limits;
        this.clockNs = clockNs;
        this.chores = chores;
        view = new DirectoryView(topics, peers, times, clockNs);
    }

    /**
     * What can be asked.
     *
     * @return always the present
     */
    public DirectoryView view() {
        return view;
    }

    /** Rises with every change that others than this process's broker made. */
    long changeCount() {
        return changeCount.get();
    }

    /** Topics and channels, each counted once. */
    synchronized int nameCount() {
        return nameCount;
    }

    /** Topics and channels of all nodes together. */
    synchronized int registrationCount() {
        return registrationCount;
    }

    // Who is there.

    /**
     * The broker of this process is there, and stays. Once.
     *
     * @param node what it tells of itself
     * @return for its registrations
     */
    public synchronized Peer thisNode(KnownNode node) {
        Peer peer = add(Peer.Kind.THIS_NODE, node);
        thisNode = peer;
        return peer;
    }

    /**
     * A node has connected. Where it was known before a restart, what it had then stands until its first ping.
     *
     * @param node what it tells of itself
     * @return for its registrations; {@link #leave} ends them
     */
    public synchronized Peer connected(KnownNode node) {
        Peer peer = add(Peer.Kind.CONNECTED, node);
        Peer before = lastKnown.remove(peer.key());
        if (before != null) {
            peer.follow(before);
        }
        changeCount.incrementAndGet();
        return peer;
    }

    /** A node was there before a restart. */
    synchronized Peer lastKnown(KnownNode node) {
        Peer peer = add(Peer.Kind.LAST_KNOWN, node);
        lastKnown.put(peer.key(), peer);
        return peer;
    }

    private Peer add(Peer.Kind kind, KnownNode node) {
        Peer peer = new Peer(nextSerial++, kind, node, clockNs.getAsLong());
        peers.put(peer.serial(), peer);
        return peer;
    }

    /**
     * A node is still there. It has registered all it has by its first ping, so what it had before a restart goes.
     *
     * @param peer the node
     */
    public void ping(Peer peer) {
        peer.heard(clockNs.getAsLong());
        Peer before = peer.earlier();
        if (before != null) {
            peer.forgetEarlier();
            leave(before);
        }
    }

    /**
     * A node is gone: nobody is told of it from now on.
     *
     * @param peer the node
     */
    public void leave(Peer peer) {
        synchronized (this) {
            if (peer.isGone()) {
                return;
            }
            peer.gone();
            peers.remove(peer.serial());
            lastKnown.remove(peer.key(), peer);
            changeCount.incrementAndGet();
        }
        chores.execute(() -> clear(peer));
        Peer before = peer.earlier();
        if (before != null) {
            leave(before);
        }
    }

    private void clear(Peer peer) {
        boolean isCleared = false;
        while (!isCleared) {
            isCleared = clearSome(peer);
        }
    }

    private synchronized boolean clearSome(Peer peer) {
        List<TopicEntry> some = new ArrayList<>(CHORE_COUNT);
        Iterator<TopicEntry> left = peer.topics().iterator();
        while (left.hasNext() && some.size() < CHORE_COUNT) {
            some.add(left.next());
        }
        some.forEach(entry -> remove(peer, entry, false));
        return peer.topics().isEmpty();
    }

    /** Forgets those who were known before a restart and have not come again. */
    void forgetLastKnown() {
        List<Peer> left;
        synchronized (this) {
            left = List.copyOf(lastKnown.values());
        }
        left.forEach(this::leave);
    }

    // What they have.

    /**
     * A node has a topic, and perhaps a channel of it.
     *
     * @param peer the node
     * @param topic name of the topic, valid
     * @param channel name of the channel, valid, or empty
     * @return false, and nothing is registered, where a limit is reached
     */
    public synchronized boolean register(Peer peer, String topic, String channel) {
        if (peer.isGone()) {
            return true;
        }
        TopicEntry entry = topics.get(topic);
        ChannelEntry present = entry == null || channel.isEmpty() ? null : entry.channel(channel);
        boolean addsChannel = !channel.isEmpty() && present == null;
        boolean registersChannel = addsChannel || present != null && !Peers.contains(present.peers(), peer);
        int names = (entry == null ? 1 : 0) + (addsChannel ? 1 : 0);
        int registrations =
                (entry == null || !Peers.contains(entry.peers(), peer) ? 1 : 0) + (registersChannel ? 1 : 0);
        if (names + registrations == 0) {
            return true;
        }
        if (!peer.isThisNode() && !fits(peer, names, registrations)) {
            return false;
        }
        TopicEntry found = entry == null ? new TopicEntry(topic) : entry;
        found.add(peer);
        peer.topics().add(found);
        if (!channel.isEmpty()) {
            (present == null ? found.addChannel(channel) : present).add(peer);
        }
        topics.put(topic, found);
        nameCount += names;
        count(peer, registrations);
        return true;
    }

    private boolean fits(Peer peer, int names, int registrations) {
        return nameCount + names <= limits.nameCount()
                && registrationCount + registrations <= limits.registrationCount()
                && peer.registrationCount() + registrations <= limits.registrationCountPerPeer();
    }

    private void count(Peer peer, int registrations) {
        peer.addRegistrations(registrations);
        registrationCount += registrations;
        if (!peer.isThisNode()) {
            changeCount.incrementAndGet();
        }
    }

    /**
     * A node has a topic with all its channels no more, or only a channel.
     *
     * @param peer the node
     * @param topic name of the topic
     * @param channel name of the channel; empty for the topic itself
     */
    public synchronized void unregister(Peer peer, String topic, String channel) {
        TopicEntry entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        // Of its own broker a lookup knows that the topic was deleted and not just lost: then the name goes, too.
        boolean isDeleted = peer.isThisNode();
        for (Peer each = peer; each != null; each = each.earlier()) {
            if (channel.isEmpty()) {
                remove(each, entry, isDeleted);
            } else {
                ChannelEntry found = entry.channel(channel);
                if (found != null && removeFromChannel(each, found, isDeleted)) {
                    keepChannels(entry, other -> other != found);
                }
            }
        }
    }

    private void remove(Peer peer, TopicEntry entry, boolean isDeleted) {
        Set<ChannelEntry> over = new HashSet<>();
        for (ChannelEntry channel : entry.channels()) {
            if (removeFromChannel(peer, channel, isDeleted)) {
                over.add(channel);
            }
        }
        boolean wasThere = entry.remove(peer);
        peer.topics().remove(entry);
        if (wasThere) {
            count(peer, -1);
        }
        if (wasThere && isOver(entry.name(), entry.peers(), isDeleted)) {
            drop(entry);
        } else if (!over.isEmpty()) {
            keepChannels(entry, channel -> !over.contains(channel));
        }
    }

    /** Whether its name is to go with it. */
    private boolean removeFromChannel(Peer peer, ChannelEntry channel, boolean isDeleted) {
        if (!channel.remove(peer)) {
            return false;
        }
        count(peer, -1);
        return isOver(channel.name(), channel.peers(), isDeleted);
    }

    private static boolean isOver(String name, Peer[] left, boolean isDeleted) {
        return left.length == 0 && (isDeleted || Names.isEphemeral(name));
    }

    private void drop(TopicEntry entry) {
        topics.remove(entry.name(), entry);
        nameCount -= 1 + entry.channels().length;
    }

    private void keepChannels(TopicEntry entry, Predicate<ChannelEntry> wanted) {
        int before = entry.channels().length;
        entry.keepChannels(wanted);
        nameCount -= before - entry.channels().length;
    }

    // What administrators do.

    /**
     * Makes a topic that nobody has yet, and perhaps a channel of it. Who makes the topic later asks for its channels.
     *
     * @param topic name of the topic, valid
     * @param channel name of the channel, valid, or empty
     * @return false, and nothing is made, where a limit is reached
     */
    public synchronized boolean create(String topic, String channel) {
        TopicEntry entry = topics.get(topic);
        boolean addsChannel = !channel.isEmpty() && (entry == null || entry.channel(channel) == null);
        int names = (entry == null ? 1 : 0) + (addsChannel ? 1 : 0);
        if (names == 0) {
            return true;
        }
        if (nameCount + names > limits.nameCount()) {
            return false;
        }
        TopicEntry found = entry == null ? new TopicEntry(topic) : entry;
        if (addsChannel) {
            found.addChannel(channel);
        }
        topics.put(topic, found);
        nameCount += names;
        changeCount.incrementAndGet();
        return true;
    }

    /** As {@link #create}, but for names that stay only while somebody has them. */
    void createUnlessEphemeral(String topic, String channel) {
        if (!Names.isEphemeral(topic)) {
            create(topic, Names.isEphemeral(channel) ? "" : channel);
        }
    }

    /**
     * Forgets a topic with its channels and who has them; a node that registers them again is heard. This process's own
     * broker would never do that: as long as it has the topic it is only buried for it.
     *
     * @param topic name of the topic, which may be unknown
     */
    public synchronized void deleteTopic(String topic) {
        TopicEntry entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        Peer own = ownAmong(entry.peers());
        for (ChannelEntry channel : entry.channels()) {
            forget(channel.peers(), own);
            if (ownAmong(channel.peers()) != null && own != null) {
                channel.keepOnly(own);
            }
        }
        for (Peer peer : entry.peers()) {
            if (peer != own) {
                peer.topics().remove(entry);
            }
        }
        forget(entry.peers(), own);
        changeCount.incrementAndGet();
        if (own == null) {
            drop(entry);
        } else {
            keepChannels(entry, channel -> Peers.contains(channel.peers(), own));
            entry.keepOnly(own);
            entry.bury(own, clockNs.getAsLong());
        }
    }

    private @Nullable Peer ownAmong(Peer[] registered) {
        Peer own = thisNode;
        return own != null && Peers.contains(registered, own) ? own : null;
    }

    private void forget(Peer[] registered, @Nullable Peer kept) {
        for (Peer peer : registered) {
            if (peer != kept) {
                count(peer, -1);
            }
        }
    }

    /**
     * Forgets a channel and who has it, but for this process's own broker.
     *
     * @param topic name of the topic
     * @param channel name of the channel
     * @return false where there is no such channel
     */
    public synchronized boolean deleteChannel(String topic, String channel) {
        TopicEntry entry = topics.get(topic);
        ChannelEntry found = entry == null ? null : entry.channel(channel);
        if (entry == null || found == null) {
            return false;
        }
        Peer own = ownAmong(found.peers());
        forget(found.peers(), own);
        if (own == null) {
            keepChannels(entry, other -> other != found);
        } else {
            found.keepOnly(own);
        }
        changeCount.incrementAndGet();
        return true;
    }

    /**
     * Buries a node for a topic: consumers who ask for the topic are not told of the node for a while, so that it can
     * lose the topic in peace.
     *
     * @param topic name of the topic
     * @param node broadcast address and HTTP port with a colon between
     */
    public synchronized void bury(String topic, String node) {
        TopicEntry entry = topics.get(topic);
        if (entry == null) {
            return;
        }
        for (Peer peer : entry.peers()) {
            if ((peer.node().broadcastAddress() + ":" + peer.node().httpPort()).equals(node)) {
                entry.bury(peer, clockNs.getAsLong());
                changeCount.incrementAndGet();
            }
        }
    }
}
