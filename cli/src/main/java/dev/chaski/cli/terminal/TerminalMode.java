package dev.chaski.cli.terminal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What only the C library knows of a terminal: its size, and a mode in which keys come without Enter and are not shown.
 * Linux with glibc or musl, whose structures are the same on all 64-bit processors; elsewhere there is nothing. One thread.
 *
 * <pre>
 * struct termios             struct winsize
 *   0  c_iflag                 0  rows       (16 bits)
 *   4  c_oflag                 2  columns    (16 bits)
 *   8  c_cflag                 4  pixels, not used
 *  12  c_lflag    (ICANON, ECHO)
 *  16  c_line
 *  17  c_cc[32]  (VTIME is the fifth, VMIN the sixth, from 0)
 *  52  speeds
 *  60  end
 * </pre>
 */
final class TerminalMode implements AutoCloseable {
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int TERMIOS_BYTES = 60;
    private static final int LFLAG_OFFSET = 12;
    private static final int WAIT_TIME_OFFSET = 17 + 5;
    private static final int WAIT_LEAST_OFFSET = 17 + 6;
    private static final int ICANON = 2;
    private static final int ECHO = 8;
    private static final int TCSANOW = 0;
    private static final int WINSIZE_BYTES = 8;
    private static final long TIOCGWINSZ = 0x5413;

    private final Arena arena = Arena.ofShared();
    private final MethodHandle getAttributes;
    private final MethodHandle setAttributes;
    private final MethodHandle control;
    private @Nullable MemorySegment saved;

    // Native access is granted in the manifest of chaski.jar.
    @SuppressWarnings("restricted")
    private TerminalMode() {
        Linker linker = Linker.nativeLinker();
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        getAttributes = linker.downcallHandle(
                linker.defaultLookup().find("tcgetattr").orElseThrow(),
                FunctionDescriptor.of(number, number, ValueLayout.ADDRESS));
        setAttributes = linker.downcallHandle(
                linker.defaultLookup().find("tcsetattr").orElseThrow(),
                FunctionDescriptor.of(number, number, number, ValueLayout.ADDRESS));
        control = linker.downcallHandle(
                linker.defaultLookup().find("ioctl").orElseThrow(),
                FunctionDescriptor.of(number, number, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
    }

    /** The terminal, or nothing where this is no Linux, or its C library is not to be had. */
    static Optional<TerminalMode> open() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TerminalMode());
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty(); // a JVM without native access: then there are no keys
        }
    }

    /** How large standard output is; nothing where it is no terminal. */
    Optional<Screen.Size> size() {
        MemorySegment size = arena.allocate(WINSIZE_BYTES, Short.BYTES);
        int result = call(() -> (int) control.invokeExact(OUTPUT, TIOCGWINSZ, size));
        int rows = size.get(ValueLayout.JAVA_SHORT, 0);
        int columns = size.get(ValueLayout.JAVA_SHORT, Short.BYTES);
        boolean isOne = result == 0 && rows > 0 && columns > 0;
        return isOne ? Optional.of(new Screen.Size(rows, columns)) : Optional.empty();
    }

    /** Has keys come one by one from standard input; false where it is no terminal. Signals stay as they are. */
    boolean takeKeys() {
        MemorySegment found = arena.allocate(TERMIOS_BYTES, Integer.BYTES);
        if (call(() -> (int) getAttributes.invokeExact(INPUT, found)) != 0) {
            return false;
        }
        MemorySegment changed = arena.allocate(TERMIOS_BYTES, Integer.BYTES).copyFrom(found);
        int flags = found.get(ValueLayout.JAVA_INT, LFLAG_OFFSET);
        changed.set(ValueLayout.JAVA_INT, LFLAG_OFFSET, flags & ~(ICANON | ECHO));
        changed.set(ValueLayout.JAVA_BYTE, WAIT_TIME_OFFSET, (byte) 0);
        changed.set(ValueLayout.JAVA_BYTE, WAIT_LEAST_OFFSET, (byte) 1);
        saved = found;
        return set(changed);
    }

    private boolean set(MemorySegment attributes) {
        return call(() -> (int) setAttributes.invokeExact(INPUT, TCSANOW, attributes)) == 0;
    }

    private interface NativeCall {
        int run() throws Throwable;
    }

    // What invokeExact declares; these functions throw nothing.
    @SuppressWarnings("IllegalCatch")
    private static int call(NativeCall function) {
        try {
            return function.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts the terminal back as it was. */
    @Override
    public void close() {
        if (saved != null) {
            set(saved);
            saved = null;
        }
        arena.close();
    }
}
