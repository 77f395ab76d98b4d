package dev.chaski.server.directory;

import dev.chaski.server.directory.KnownFormat.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in a file what a directory knows, so that a restarted lookup can tell of it until the nodes come again. Runs on a
 * virtual thread of its own; begun by {@link #open}, ended by {@link #close}.
 *
 * <p>The file is a copy of what others know: it is not synced, losing it costs a node's next ping, and one that cannot be
 * read is told of and passed over.
 */
public final class KnownKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownKeeper.class);
    /** Nodes that were known longer ago may be others by now: addresses are given to somebody else. */
    private static final Duration NODES_AGE_MAX = Duration.ofHours(1);
    /** Also when nothing changes, so that the file says until when it held. */
    private static final Duration REWRITE = Duration.ofMinutes(1);
    /** A pause is so many times as long as the writing before it. */
    private static final int PAUSE_FACTOR = 20;
    /** Far more than the limits of a directory take, so that a wrong file cannot fill the memory. */
    private static final long FILE_BYTES_MAX = 64 << 20;

    private final Directory directory;
    private final Path file;
    private final Path draft;
    private final Times times;
    private final InstantSource clock;
    private final Thread thread;
    private long writtenChange;
    private long writtenMs;
    private boolean hasFailed;
    private boolean isClosed;

    /**
     * How often it looks.
     *
     * @param pause the shortest time between two writings
     * @param lastKnown how long it is told of nodes that do not come again
     */
    public record Times(Duration pause, Duration lastKnown) {
        /**
         * A second, and as long as silent nodes are told of.
         *
         * @param times of the directory
         * @return the times
         */
        public static Times of(DirectoryTimes times) {
            return new Times(Duration.ofSeconds(1), Duration.ofMillis(times.inactiveMs()));
        }
    }

    private KnownKeeper(Directory directory, Path file, Times times, InstantSource clock) {
        this.directory = directory;
        this.file = file;
        this.draft = file.resolveSibling(file.getFileName() + ".new");
        this.times = times;
        this.clock = clock;
        thread = Thread.ofVirtual().name("lookup-keeper").unstarted(this::keep);
    }

    /**
     * Tells the directory what was known before, and begins to keep what it will know.
     *
     * @param directory nobody has registered in it yet
     * @param file where; its folder is made when there is something to write
     * @param times how often
     * @param clock what time it is
     * @return the keeper
     */
    public static KnownKeeper open(Directory directory, Path file, Times times, InstantSource clock) {
        KnownKeeper keeper = new KnownKeeper(directory, file, times, clock);
        keeper.load();
        keeper.thread.start();
        return keeper;
    }

    private void load() {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new DamagedException("it has more than " + FILE_BYTES_MAX + " bytes");
            }
            Known known = KnownFormat.decode(Files.readAllBytes(file));
            boolean withNodes = clock.millis() - known.writtenMs() <= NODES_AGE_MAX.toMillis();
            known.tell(directory, withNodes);
            LOG.info(
                    "lookup knows from before topics={} nodes={}",
                    known.topics().size(),
                    withNodes ? known.nodes().size() : 0);
        } catch (NoSuchFileException e) {
            // Nothing was known.
        } catch (IOException | DamagedException e) {
            LOG.warn(
                    "what the lookup knew is lost file={} error=\"{}\"; nodes will tell it again within their next pings",
                    file,
                    e.getMessage());
        }
        writtenChange = directory.changeCount();
        writtenMs = clock.millis();
    }

    private void keep() {
        long endNs = System.nanoTime() + times.lastKnown().toNanos();
        boolean areForgotten = false;
        Duration pause = times.pause();
        try {
            while (true) {
                Thread.sleep(pause);
                if (!areForgotten && System.nanoTime() - endNs >= 0) {
                    areForgotten = true;
                    directory.forgetLastKnown();
                }
                pause = writeIfDue();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private Duration writeIfDue() {
        boolean isDue = directory.changeCount() != writtenChange
                || clock.millis() - writtenMs >= REWRITE.toMillis() && Files.exists(file);
        if (!isDue) {
            return times.pause();
        }
        long startNs = System.nanoTime();
        write();
        Duration took = Duration.ofNanos((System.nanoTime() - startNs) * PAUSE_FACTOR);
        return took.compareTo(times.pause()) > 0 ? took : times.pause();
    }

    private void write() {
        long change = directory.changeCount(); // before it is looked at: what comes meanwhile is written next time
        Known known = directory.view().known(clock.millis());
        try {
            if (known.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.write(draft, KnownFormat.encode(known));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            writtenChange = change;
            hasFailed = false;
        } catch (IOException e) {
            if (!hasFailed) {
                LOG.warn(
                        "what the lookup knows cannot be kept file={} error=\"{}\"; after a restart it will be asked in"
                                + " vain until nodes ping; trying again",
                        file,
                        e.toString());
            }
            hasFailed = true;
        }
        writtenMs = clock.millis();
    }

    /**
     * Writes what changed since, and ends. Blocks as long as the disk needs. Once: who leaves after that is not forgotten.
     */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (directory.changeCount() != writtenChange) {
            write();
        }
    }
}
