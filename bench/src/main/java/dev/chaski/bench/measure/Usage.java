package dev.chaski.bench.measure;

import dev.chaski.bench.load.NetLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What had been used at one moment.
 *
 * @param atNs when, on the clock of {@link System#nanoTime}
 * @param serverCpuNs CPU time of the server, or −1 where its process is not known
 * @param serverAnonymousBytes its anonymous memory, or −1
 * @param ownCpuNs CPU time of this process
 * @param loopCpuNs CPU time of each of the generator's loops
 */
public record Usage(long atNs, long serverCpuNs, long serverAnonymousBytes, long ownCpuNs, List<Long> loopCpuNs) {
    /**
     * Looks now.
     *
     * @param server the server's process, where known
     * @param loops the generator's loops
     * @return what has been used up to now
     */
    public static Usage now(@Nullable ProcessProbe server, List<NetLoop> loops) {
        return new Usage(
                System.nanoTime(),
                server == null ? -1 : server.cpuNs(),
                server == null ? -1 : server.anonymousBytes(),
                ProcessProbe.ownCpuNs(),
                loops.stream().map(NetLoop::cpuNs).toList());
    }
}
