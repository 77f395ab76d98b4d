package dev.chaski.server;

import dev.chaski.server.directory.Directory;
import dev.chaski.server.directory.DirectoryLimits;
import dev.chaski.server.directory.DirectoryTimes;
import dev.chaski.server.directory.KnownKeeper;
import dev.chaski.server.http.HttpDoor;
import dev.chaski.server.http.HttpDoorConfig;
import dev.chaski.server.http.HttpLimits;
import dev.chaski.server.http.LookupServices;
import dev.chaski.server.lookup.LookupDoor;
import dev.chaski.server.lookup.LookupDoorConfig;
import dev.chaski.server.lookup.LookupDoorConfig.Patience;
import dev.chaski.server.lookup.LookupIdentity;
import dev.chaski.server.loops.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A lookup: what is known, the file that keeps it, and the doors. Owned by the thread that starts it, then by the one that
 * closes it; what it knows is for any thread.
 */
final class LookupParts implements AutoCloseable {
    private final Directory directory;
    private final @Nullable KnownKeeper keeper;
    private @Nullable LookupDoor tcp;
    private @Nullable HttpDoor http;

    /**
     * What the doors are told.
     *
     * @param broadcastAddress the address under which the lookup is reached
     * @param hostname its host's name
     * @param connectionCountMax connections over all doors of the loops
     */
    record Terms(String broadcastAddress, String hostname, int connectionCountMax) {}

    /** Knows what was known before; serves nobody yet. Without a file it keeps nothing. */
    LookupParts(DirectoryTimes times, @Nullable Path file) {
        directory = new Directory(times, DirectoryLimits.defaults(), System::nanoTime, Thread::startVirtualThread);
        keeper = file == null
                ? null
                : KnownKeeper.open(directory, file, KnownKeeper.Times.of(times), InstantSource.system());
    }

    /** What it knows. */
    Directory directory() {
        return directory;
    }

    /** Where it is kept, in a folder of data. */
    static Path fileIn(Path folder) {
        return folder.resolve("lookup.known");
    }

    /** Lets nodes register. */
    void openTcp(InetSocketAddress address, Terms terms, Loops loops) throws IOException {
        LookupDoorConfig config =
                new LookupDoorConfig(address, terms.connectionCountMax(), Patience.defaults(), () -> identity(terms));
        tcp = LookupDoor.open(config, directory, loops);
    }

    private LookupIdentity identity(Terms terms) {
        return new LookupIdentity(
                terms.broadcastAddress(), terms.hostname(), port(tcpAddress()), port(httpAddress()), version());
    }

    private static int port(@Nullable InetSocketAddress address) {
        return address == null ? 0 : address.getPort();
    }

    private static String version() {
        return DoorConfigs.NSQ_VERSION;
    }

    /** Answers those who ask. */
    void openHttp(InetSocketAddress address, Terms terms, Loops loops) throws IOException {
        HttpDoorConfig config = new HttpDoorConfig(
                address, HttpLimits.defaults().withConnections(terms.connectionCountMax()), null, null);
        http = HttpDoor.openLookup(config, new LookupServices(directory, loops, version(), InstantSource.system()));
    }

    /** Where nodes register, or null where they cannot. */
    @Nullable
    InetSocketAddress tcpAddress() {
        return tcp == null ? null : tcp.address();
    }

    /** Where it is asked, or null where it cannot be. */
    @Nullable
    InetSocketAddress httpAddress() {
        return http == null ? null : http.address();
    }

    /** Lets nobody in any more, answers what was received, and forgets nobody: whoever is there now will come again. */
    CompletableFuture<Void> drain() {
        List<CompletableFuture<Void>> drained = new ArrayList<>();
        if (tcp != null) {
            tcp.closeAcceptor();
        }
        if (http != null) {
            http.closeAcceptor();
            drained.add(http.drain());
        }
        if (keeper != null) {
            // Before the nodes' connections end, which would make it forget them.
            keeper.close();
        }
        if (tcp != null) {
            drained.add(tcp.drain());
        }
        return CompletableFuture.allOf(drained.toArray(CompletableFuture[]::new));
    }

    /** Cuts who is left; after {@link #drain}. */
    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        if (tcp != null) {
            tcp.close();
        }
    }
}
