package dev.chaski.cli.terminal;

/** A key that means something on a screen. */
public enum Key {
    /** End: q, or the end of standard input. */
    QUIT,
    /** One row up. */
    UP,
    /** One row down. */
    DOWN,
    /** A screen up. */
    PAGE_UP,
    /** A screen down. */
    PAGE_DOWN,
    /** To the first row. */
    HOME,
    /** To the last row. */
    END,
    /** The column to the left. */
    LEFT,
    /** The column to the right. */
    RIGHT,
    /** The other way round: r. */
    REVERSE,
    /** Any other. */
    OTHER
}
