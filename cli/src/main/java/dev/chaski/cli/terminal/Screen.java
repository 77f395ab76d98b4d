package dev.chaski.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole terminal to draw on: frames take the place of one another, keys come one by one, and what was there before is
 * there again at the end. Where keys cannot be had one by one there are none. Owned by one thread; another one reads keys.
 */
public final class Screen implements AutoCloseable {
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
    private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
    private static final String TO_TOP = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int KEYS_MAX = 64;

    private final PrintStream out;
    private final Optional<TerminalMode> mode;
    private final LinkedBlockingQueue<Key> keys = new LinkedBlockingQueue<>(KEYS_MAX);
    private final boolean hasKeys;

    /**
     * How large a terminal is.
     *
     * @param rows lines
     * @param columns characters in each
     */
    public record Size(int rows, int columns) {
        /** What terminals had before they had windows. */
        public static final Size USUAL = new Size(24, 80);
    }

    /**
     * Takes the terminal.
     *
     * @param in where keys come from
     * @param out the terminal
     */
    public Screen(InputStream in, PrintStream out) {
        this.out = out;
        mode = TerminalMode.open();
        hasKeys = mode.map(TerminalMode::takeKeys).orElse(false);
        if (hasKeys) {
            Thread.ofPlatform().daemon().name("chaski-keys").start(() -> readKeys(new KeyReader(in)));
        }
        out.print(ENTER);
        out.flush();
    }

    private void readKeys(KeyReader reader) {
        try {
            Key key;
            do {
                key = reader.next();
                keys.put(key);
            } while (key != Key.QUIT);
        } catch (IOException e) {
            keys.offer(Key.QUIT); // the terminal is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether keys come.
     *
     * @return false where only a signal can end it
     */
    public boolean hasKeys() {
        return hasKeys;
    }

    /**
     * The next key.
     *
     * @param waitMs how long to wait for one
     * @return the key, null where none came
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    public @Nullable Key key(long waitMs) throws InterruptedException {
        return keys.poll(waitMs, TimeUnit.MILLISECONDS);
    }

    /**
     * How large it is now: windows change.
     *
     * @return rows and columns
     */
    public Size size() {
        return mode.flatMap(TerminalMode::size).orElse(Size.USUAL);
    }

    /**
     * How large the terminal of standard output is.
     *
     * @return null where it is none, or cannot be asked
     */
    public static @Nullable Size sizeOfOutput() {
        Optional<TerminalMode> mode = TerminalMode.open();
        if (mode.isEmpty()) {
            return null;
        }
        try (TerminalMode asked = mode.get()) {
            return asked.size().orElse(null);
        }
    }

    /**
     * Draws over what was there.
     *
     * @param lines from the top, no longer than the screen is wide
     */
    public void draw(List<String> lines) {
        StringBuilder frame = new StringBuilder(TO_TOP);
        for (int i = 0; i < lines.size(); i++) {
            frame.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(CLEAR_LINE);
        }
        out.print(frame.append(CLEAR_BELOW));
        out.flush();
    }

    /** Gives the terminal back. */
    @Override
    public void close() {
        out.print(LEAVE);
        out.flush();
        mode.ifPresent(TerminalMode::close);
    }
}
