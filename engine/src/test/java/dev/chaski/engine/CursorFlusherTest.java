package dev.chaski.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chaski.log.LogConfig;
import dev.chaski.log.LogStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CursorFlusherTest {
    private static final int TOO_SMALL_BYTES = 16;

    @TempDir
    Path folder;

    @Test
    void aCursorThatTakesMoreThanTheBufferIsWrittenInALargerOne() throws Exception {
        Surroundings surroundings = Surroundings.real();
        LogConfig config = LogConfig.of(folder);
        try (LogStore store = LogStore.open(config, surroundings.disk(), surroundings.wallMs());
                TestLoop loop = new TestLoop()) {
            LoopContext context =
                    new LoopContext(loop, new Publisher(0, loop, surroundings.wallMs()), new ChunkPool(false));
            Administration administration = new Administration(
                    BrokerConfig.of(config), surroundings, store, new LocalJournal(store.changes()), List.of(context));
            administration.recover(Broker.replay(store, new Catalog(surroundings.disk(), folder)));
            administration.createTopic("t").channel("a");
            CursorFlusher flusher =
                    new CursorFlusher(administration, store.changes(), List.of(context), TOO_SMALL_BYTES);
            long before = store.changes().generationBytes();
            flusher.flush(); // a new channel writes all of its cursor
            assertThat(store.changes().generationBytes()).isGreaterThan(before + TOO_SMALL_BYTES);
            long after = store.changes().generationBytes();
            flusher.flush(); // nothing has moved since
            assertThat(store.changes().generationBytes()).isEqualTo(after);
        }
    }
}
