package dev.chaski.server.directory;

/**
 * How long things hold, in milliseconds.
 *
 * @param inactiveMs a node that is not heard of for so long is not told of any more
 * @param tombstoneMs a node that was buried for a topic is not told of for that topic for so long
 */
public record DirectoryTimes(long inactiveMs, long tombstoneMs) {
    /**
     * Those of nsqlookupd.
     *
     * @return 300 seconds, and 45
     */
    public static DirectoryTimes defaults() {
        return new DirectoryTimes(300_000, 45_000);
    }
}
