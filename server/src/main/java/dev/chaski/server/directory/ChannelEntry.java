package dev.chaski.server.directory;

/** A channel and who has it. Changed under the directory's lock; read by any thread. */
final class ChannelEntry {
    private final String name;
    private volatile Peer[] peers = Peers.NONE;

    ChannelEntry(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Who has it; nobody changes the array. */
    Peer[] peers() {
        return peers;
    }

    /** Returns whether that is new. */
    boolean add(Peer peer) {
        Peer[] before = peers;
        Peer[] after = Peers.with(before, peer);
        peers = after;
        return after.length > before.length;
    }

    /** Returns whether it was there. */
    boolean remove(Peer peer) {
        Peer[] before = peers;
        Peer[] after = Peers.without(before, peer);
        peers = after;
        return after.length < before.length;
    }

    /** Leaves nobody but one who has it. */
    void keepOnly(Peer kept) {
        peers = new Peer[] {kept};
    }
}
