package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.log.Disk;
import dev.chaski.log.LogConfig;
import dev.chaski.log.faults.FailingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk fails below the change log: what is in flight or was given back must not be forgotten for that. */
@Timeout(90)
class FailingChangesTest {
    private static final int MESSAGES = 6000;
    /** Longer than any change but the movement of a cursor with much in flight. */
    private static final int LONG_BYTES = 4096;

    @TempDir
    Path folder;

    @TempDir
    Path copy;

    private final FailingDisk disk = new FailingDisk(Disk.real());
    private TestBroker broker;

    @BeforeEach
    void open() {
        broker = new TestBroker(BrokerConfig.of(LogConfig.of(folder)), 2, disk);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static boolean isOfChanges(Path path) {
        return path.getParent() != null && path.getParent().endsWith("changes");
    }

    private static boolean isMovement(ByteBuffer bytes) {
        return bytes.remaining() > LONG_BYTES && bytes.getLong(bytes.position()) != 0;
    }

    private Set<String> takeWithoutFinishing() {
        String[] bodies = IntStream.range(0, MESSAGES).mapToObj(i -> "no " + i).toArray(String[]::new);
        TestConsumer consumer = new TestConsumer(broker.channel("t", "a"), MESSAGES, false);
        broker.publish("t", bodies);
        await().until(() -> consumer.got.size() == MESSAGES);
        return new HashSet<>(List.of(bodies));
    }

    private void everythingComesAgainAfterAKill(Set<String> bodies) throws IOException {
        Folders.copyAsKilled(folder, copy);
        try (TestBroker again = TestBroker.open(copy)) {
            TestConsumer consumer = new TestConsumer(again.channel("t", "a"), MESSAGES, true);
            await().atMost(Duration.ofSeconds(20)).until(() -> new HashSet<>(consumer.bodies()).equals(bodies));
        }
    }

    @Test
    void aNewGenerationThatLacksCursorsDoesNotReplaceTheOldOne() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Set<String> bodies = takeWithoutFinishing();
        await().until(() -> broker.channel("t", "a").stats().inFlightCount() == MESSAGES);
        disk.watchWrites((path, bytes) -> {
            if (isOfChanges(path) && isMovement(bytes)) {
                failures.incrementAndGet();
                throw new IOException("Input/output error");
            }
        });
        // An fsync that failed makes a new generation necessary; in it the cursors cannot be written.
        AtomicInteger syncs = new AtomicInteger();
        disk.watchSyncs(path -> {
            if (isOfChanges(path) && syncs.getAndIncrement() == 0) {
                throw new IOException("Input/output error");
            }
        });
        broker.publish("t", "one more");
        bodies.add("one more");
        TestConsumer other = new TestConsumer(broker.channel("t", "a"), 1, false);
        await().until(() -> failures.get() > 2 && other.got.size() == 1);
        everythingComesAgainAfterAKill(bodies);
    }

    @Test
    void afterAFailedFsyncOfTheChangeLogEverythingGoesOnInANewGeneration() throws Exception {
        Set<String> bodies = takeWithoutFinishing();
        AtomicInteger syncs = new AtomicInteger();
        disk.watchSyncs(path -> {
            if (isOfChanges(path) && syncs.getAndIncrement() == 0) {
                throw new IOException("Input/output error");
            }
        });
        broker.publish("t", "one more");
        bodies.add("one more");
        TestConsumer other = new TestConsumer(broker.channel("t", "a"), 1, false);
        await().until(() -> syncs.get() > 0 && other.got.size() == 1);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(canMakeChannel()).isTrue());
        everythingComesAgainAfterAKill(bodies);
    }

    private boolean canMakeChannel() {
        try {
            broker.broker().topic("t").channel("another");
            return true;
        } catch (BrokerException e) {
            return false;
        }
    }

    @Test
    void cursorsThatCouldNotBeWrittenAreWrittenWhenTheDiskWorksAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        disk.watchWrites((path, bytes) -> {
            if (isOfChanges(path) && isMovement(bytes) && failures.getAndIncrement() < 3) {
                throw new IOException("Input/output error");
            }
        });
        Set<String> bodies = takeWithoutFinishing();
        await().until(() -> failures.get() > 3);
        everythingComesAgainAfterAKill(bodies);
    }

    @Test
    void aFailedReadOfAMappedPageEndsNoThreadOfTheKeeper() {
        Map<String, AtomicInteger> writes =
                Map.of("chaski-cursors", new AtomicInteger(), "chaski-keeper", new AtomicInteger());
        disk.watchWrites((path, bytes) -> {
            AtomicInteger count = writes.get(Thread.currentThread().getName());
            if (count != null && count.getAndIncrement() == 0) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
        });
        new TestConsumer(broker.channel("t", "a"), 10, true);
        AtomicInteger topics = new AtomicInteger();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            broker.publish("t", "moves a cursor");
            broker.publish("t" + topics.getAndIncrement(), "makes the catalog stale");
            return writes.values().stream().allMatch(count -> count.get() > 1);
        });
    }
}
