package dev.chaski.engine;

/**
 * A command that changes durable state, other than an append: deterministic, with every number and time in it, decided
 * by whoever proposes it. {@link ChangeFormat} gives each its bytes. Cursor movements are written straight from a
 * channel's chunks by {@link CursorFormat}.
 *
 * <p>A frozen topic keeps what is published until it is released: it is paused, has no channel, or still asks others
 * which channels it should have.
 */
sealed interface Change {
    /** A topic exists. Repeated at the head of a generation: then it changes nothing. */
    record CreateTopic(int topic, String name) implements Change {}

    /** A topic is gone, with its channels and messages. */
    record DeleteTopic(int topic) implements Change {}

    /** A topic is paused or not; from {@code releasedOffset} on nothing is released while it is frozen. */
    record PauseTopic(int topic, boolean isPaused, long releasedOffset) implements Change {}

    /** A topic's released offset moves: it lost its last channel, or its channels leave nothing behind. */
    record ReleaseTopic(int topic, long releasedOffset) implements Change {}

    /** What a frozen topic kept back is dropped: no channel gets it, and what is kept back begins after it. */
    record EmptyTopic(int topic, long fromOffset, long toOffset) implements Change {}

    /** A channel exists and starts at an offset. Repeated at the head of a generation: then it changes nothing. */
    record CreateChannel(int topic, int channel, String name, long startOffset) implements Change {}

    /** A channel is gone. */
    record DeleteChannel(int topic, int channel) implements Change {}

    /** A channel is paused or not. */
    record PauseChannel(int topic, int channel, boolean isPaused) implements Change {}

    /** A channel forgets everything below an offset; cursor movements of an earlier epoch no longer count. */
    record EmptyChannel(int topic, int channel, int epoch, long readOffset) implements Change {}
}
