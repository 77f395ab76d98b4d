package dev.chaski.server.directory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Somebody who registers topics. Made and changed by the {@link Directory}; its lock guards what is not volatile. */
public final class Peer {
    /** How it is known. */
    enum Kind {
        /** The broker of this process: always there. */
        THIS_NODE,
        /** It is connected. */
        CONNECTED,
        /** It was there before a restart. */
        LAST_KNOWN
    }

    private final long serial;
    private final KnownNode node;
    private final Kind kind;
    /** What it has, so that its end costs as much as it registered and no more. */
    private final Set<TopicEntry> topics = Collections.newSetFromMap(new IdentityHashMap<>(0));

    private int registrationCount;
    private volatile long heardNs;
    private volatile boolean isGone;
    /** What was known of the same node before a restart, until it has registered everything again. */
    private volatile @Nullable Peer earlier;
    /** The same node, which has come again. */
    private volatile @Nullable Peer later;

    Peer(long serial, Kind kind, KnownNode node, long heardNs) {
        this.serial = serial;
        this.kind = kind;
        this.node = node;
        this.heardNs = heardNs;
    }

    /** Rises with the order in which they came. */
    long serial() {
        return serial;
    }

    /**
     * What it told of itself.
     *
     * @return the node
     */
    public KnownNode node() {
        return node;
    }

    /** The same for a node that comes again. */
    String key() {
        return node.broadcastAddress() + " " + node.tcpPort();
    }

    boolean isThisNode() {
        return kind == Kind.THIS_NODE;
    }

    boolean isLastKnown() {
        return kind == Kind.LAST_KNOWN;
    }

    /** The topics that it has. */
    Set<TopicEntry> topics() {
        return topics;
    }

    /** Topics and channels that it has. */
    int registrationCount() {
        return registrationCount;
    }

    void addRegistrations(int count) {
        registrationCount += count;
    }

    long heardNs() {
        return heardNs;
    }

    void heard(long nowNs) {
        heardNs = nowNs;
    }

    boolean isGone() {
        return isGone;
    }

    void gone() {
        isGone = true;
    }

    @Nullable
    Peer earlier() {
        return earlier;
    }

    /** What was known of this node before stands for what it has not registered yet. */
    void follow(Peer before) {
        earlier = before;
        before.later = this;
    }

    void forgetEarlier() {
        earlier = null;
    }

    /** Whether it has come again as somebody who speaks for itself. */
    boolean isFollowed() {
        return later != null;
    }

    /** Whether it has come again and is among these. */
    boolean isFollowedIn(Peer[] peers) {
        Peer next = later;
        return next != null && Peers.contains(peers, next);
    }

    /** Whether it is to be told of: heard of within so long. */
    boolean isActive(long nowNs, long inactiveNs) {
        return !isGone && (kind == Kind.THIS_NODE || nowNs - heardNs <= inactiveNs);
    }
}
