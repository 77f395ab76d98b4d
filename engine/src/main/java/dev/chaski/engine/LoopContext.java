package dev.chaski.engine;

import java.util.ArrayDeque;

/** What the engine keeps per loop. Confined to the loop, but for its final parts. */
final class LoopContext {
    final Loop loop;
    final Publisher publisher;
    final ChunkPool chunks;
    /** Channels whose cursor has moved since it was last written. */
    final ArrayDeque<Channel> dirty = new ArrayDeque<>();

    LoopContext(Loop loop, Publisher publisher, ChunkPool chunks) {
        this.loop = loop;
        this.publisher = publisher;
        this.chunks = chunks;
    }
}
