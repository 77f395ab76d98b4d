package dev.chaski.server.directory;

/**
 * How much a directory takes, so that no client can fill the memory of a broker. A name costs about 200 bytes, a
 * registration about 12.
 *
 * @param nameCount topics and channels together, each counted once
 * @param registrationCount topics and channels of all nodes together
 * @param registrationCountPerPeer topics and channels of one node
 */
public record DirectoryLimits(int nameCount, int registrationCount, int registrationCountPerPeer) {
    /**
     * What fits beside a broker in 256 MB of heap.
     *
     * @return half a million names, five million registrations, 200,000 of one node
     */
    public static DirectoryLimits defaults() {
        return new DirectoryLimits(500_000, 5_000_000, 200_000);
    }
}
