package dev.chaski.bench.measure;

import java.util.concurrent.TimeUnit;

/**
 * CPU time of a process, as Linux tells it in {@code /proc/PID/stat}. Ended threads are counted, too.
 *
 * @param userTicks time in the program itself
 * @param systemTicks time in the kernel on its behalf
 */
record ProcStat(long userTicks, long systemTicks) {
    /** Linux shows times to programs in hundredths of a second, whatever its own clock does. */
    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1) / 100;
    /** Where user and system time stand among the words that follow the command's name. */
    private static final int USER_WORD = 11;

    private static final int SYSTEM_WORD = 12;

    /** Reads the one line; the command's name in it is in parentheses and may hold spaces and parentheses itself. */
    static ProcStat parse(String line) {
        int nameEnd = line.lastIndexOf(')');
        if (nameEnd < 0) {
            throw new IllegalArgumentException("no command name in: " + line);
        }
        String[] words = line.substring(nameEnd + 1).trim().split(" ", -1);
        if (words.length <= SYSTEM_WORD) {
            throw new IllegalArgumentException("too few fields in: " + line);
        }
        return new ProcStat(Long.parseLong(words[USER_WORD]), Long.parseLong(words[SYSTEM_WORD]));
    }

    long cpuNs() {
        return (userTicks + systemTicks) * TICK_NS;
    }
}
