package dev.chaski.server.directory;

/** Nodes for tests. */
final class TestNodes {
    private TestNodes() {}

    /** A node that differs from others by its number only. */
    static KnownNode node(int number) {
        return new KnownNode(
                "host" + number, 4150, 4151, "1.3.0", "host" + number, "10.0.0." + number + ":1", false, false);
    }

    /** The broker of this process. */
    static KnownNode thisNode() {
        return new KnownNode("here", 4150, 4151, "1.3.0", "here", "127.0.0.1:4150", true, false);
    }
}
