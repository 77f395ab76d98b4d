package dev.chaski.cli.doctor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Asks the kernel whether somebody sets its clock: adjtimex(2), which any user may read. Linux on 64-bit processors;
 * elsewhere nothing is told.
 *
 * <pre>
 * struct timex
 *    0  modes     (32 bits; 0: only read)
 *    8  offset
 *   16  freq
 *   24  maxerror  (microseconds)
 *   32  esterror
 *   40  status    (32 bits)
 *  208  end
 * </pre>
 */
final class KernelClock {
    private static final int TIMEX_BYTES = 208;
    private static final int MAX_ERROR_OFFSET = 24;
    private static final int STATUS_OFFSET = 40;
    private static final int UNSYNCHRONISED = 0x40;

    /**
     * What it says.
     *
     * @param isSynchronised whether a time service has set it not long ago
     * @param errorUs the most that it may be wrong, as that service says
     */
    record State(boolean isSynchronised, long errorUs) {}

    private KernelClock() {}

    // Native access is granted in the manifest of chaski.jar; invokeExact declares Throwable.
    @SuppressWarnings({"restricted", "IllegalCatch"})
    static Optional<State> state() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            Optional<MemorySegment> function = linker.defaultLookup().find("adjtimex");
            if (function.isEmpty()) {
                return Optional.empty();
            }
            MethodHandle adjtimex = linker.downcallHandle(
                    function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
            int result = (int) adjtimex.invokeExact(timex);
            boolean isSynchronised = (timex.get(ValueLayout.JAVA_INT, STATUS_OFFSET) & UNSYNCHRONISED) == 0;
            return result < 0
                    ? Optional.empty()
                    : Optional.of(new State(isSynchronised, timex.get(ValueLayout.JAVA_LONG, MAX_ERROR_OFFSET)));
        } catch (Throwable e) {
            return Optional.empty(); // a container may forbid it
        }
    }
}
