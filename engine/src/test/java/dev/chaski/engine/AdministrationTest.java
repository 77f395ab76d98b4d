package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.log.ChangeLog;
import dev.chaski.log.LogConfig;
import dev.chaski.log.LogException;
import dev.chaski.log.LogStore;
import dev.chaski.log.MessageBatch;
import dev.chaski.log.StreamLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is changed while a new generation of the change log repeats everything holds after a restart. */
@Timeout(60)
class AdministrationTest {
    /** How long a change that may not be made meanwhile is waited for. */
    private static final long MEANWHILE_MS = 500;

    @TempDir
    Path folder;

    /** A journal that stops before it writes whether a channel is paused. */
    private static final class StoppingJournal implements Journal {
        private final Journal real;
        private final CountDownLatch isThere = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile boolean stops;

        StoppingJournal(ChangeLog changes) {
            real = new LocalJournal(changes);
        }

        @Override
        public void append(StreamLog stream, MessageBatch batch) throws LogException {
            real.append(stream, batch);
        }

        @Override
        public void commit(Change change) throws LogException {
            if (stops && change instanceof Change.PauseChannel) {
                stops = false;
                isThere.countDown();
                awaitUnchecked(goOn);
            }
            real.commit(change);
        }

        @Override
        public void commit(ByteBuffer changes) throws LogException {
            real.commit(changes);
        }

        @Override
        public void syncChanges() throws LogException {
            real.syncChanges();
        }

        @Override
        public void whenSafe(StreamLog stream, Consumer<@Nullable LogException> callback) {
            real.whenSafe(stream, callback);
        }
    }

    @Test
    void aPauseThatComesWhileEverythingIsRepeatedIsNotLost() throws Exception {
        Surroundings surroundings = Surroundings.real();
        LogConfig config = LogConfig.of(folder);
        LogStore store = LogStore.open(config, surroundings.disk(), surroundings.wallMs());
        try (TestLoop loop = new TestLoop()) {
            StoppingJournal journal = new StoppingJournal(store.changes());
            LoopContext context =
                    new LoopContext(loop, new Publisher(0, loop, surroundings.wallMs()), new ChunkPool(false));
            Administration administration =
                    new Administration(BrokerConfig.of(config), surroundings, store, journal, List.of(context));
            administration.recover(Broker.replay(store, new Catalog(surroundings.disk(), folder)));
            Channel channel = administration.createTopic("t").channel("a");

            journal.stops = true;
            CompletableFuture<Void> repeated = CompletableFuture.runAsync(() -> repeat(administration));
            journal.isThere.await();
            CompletableFuture<Void> paused = channel.pause(true);
            paused.copy()
                    .completeOnTimeout(null, MEANWHILE_MS, TimeUnit.MILLISECONDS)
                    .join();
            journal.goOn.countDown();
            CompletableFuture.allOf(repeated, paused).join();
        } finally {
            store.close();
        }

        try (TestBroker again = TestBroker.open(folder)) {
            assertThat(again.channel("t", "a").stats().isPaused()).isTrue();
        }
    }

    /** As {@link CursorFlusher#shorten} does. */
    private static void repeat(Administration administration) {
        administration.lock().lock();
        try {
            administration.repeatAll();
        } catch (LogException e) {
            throw new IllegalStateException(e);
        } finally {
            administration.lock().unlock();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
