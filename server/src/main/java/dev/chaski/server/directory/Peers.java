package dev.chaski.server.directory;

import java.util.Arrays;

/**
 * Sets of peers as arrays in the order of their serial numbers, which nobody changes: what two registrations of a topic
 * by 200 nodes take is four bytes each, and whoever reads needs no lock.
 */
final class Peers {
    static final Peer[] NONE = {};

    private Peers() {}

    static boolean contains(Peer[] peers, Peer peer) {
        return find(peers, peer) >= 0;
    }

    /** The same with one more; the same array where it is there already. */
    static Peer[] with(Peer[] peers, Peer peer) {
        int found = find(peers, peer);
        if (found >= 0) {
            return peers;
        }
        int at = -found - 1;
        Peer[] more = Arrays.copyOf(peers, peers.length + 1);
        System.arraycopy(peers, at, more, at + 1, peers.length - at);
        more[at] = peer;
        return more;
    }

    /** The same without one; the same array where it is not there. */
    static Peer[] without(Peer[] peers, Peer peer) {
        int at = find(peers, peer);
        if (at < 0) {
            return peers;
        }
        if (peers.length == 1) {
            return NONE;
        }
        Peer[] fewer = Arrays.copyOf(peers, peers.length - 1);
        System.arraycopy(peers, at + 1, fewer, at, peers.length - at - 1);
        return fewer;
    }

    /** Where it stands, or −1 less than minus where it would. */
    private static int find(Peer[] peers, Peer peer) {
        int low = 0;
        int high = peers.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compare(peers[middle].serial(), peer.serial());
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
}
