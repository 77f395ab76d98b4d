package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.engine.Loop;
import dev.chaski.engine.Topic;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody keeps a loop from its other connections, however much a few of his bytes are. */
@Timeout(60)
class TurnTest {
    /** What some 32 KB inflate to. */
    private static final int NOP_COUNT = 8 << 20;

    /** Of the 64 turns that the packet takes at least. */
    private static final int TURN_COUNT_MIN = 16;

    @TempDir
    private Path folder;

    @Test
    void aFewBytesThatInflateToManyDoNotHoldTheLoop() throws Exception {
        byte[] packet = deflated(
                "PUB t\n" + sized("first"), "NOP\n".repeat(1 << 18), NOP_COUNT >> 18, "PUB t\n" + sized("last"));
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            Topic topic = door.broker().topic("t");
            client.identify("{\"feature_negotiation\":true,\"deflate\":true}");
            List<Turns> turns = new ArrayList<>();
            for (Loop loop : door.door().loops().all()) {
                Turns counted = new Turns(loop, topic);
                turns.add(counted);
                loop.execute(counted);
            }
            client.send(packet);
            client.startDeflate(6);
            client.ok().ok().ok();
            // On one of the loops the packet was worked off between the two; both had turns meanwhile.
            assertThat(turns).allMatch(counted -> counted.count.get() >= TURN_COUNT_MIN);
        }
    }

    /** Counts a loop's turns between the first message of a topic and the next. */
    private static final class Turns implements Runnable {
        private final AtomicInteger count = new AtomicInteger();
        private final Loop loop;
        private final Topic topic;

        Turns(Loop loop, Topic topic) {
            this.loop = loop;
            this.topic = topic;
        }

        @Override
        public void run() {
            long messages = topic.stats().messageCount();
            if (messages == 1) {
                count.incrementAndGet();
            }
            if (messages < 2) {
                loop.schedule(this, 0);
            }
        }

        @Override
        public String toString() {
            return count + " turns";
        }
    }

    @Test
    void whatIsLeftForLaterTurnsIsExecutedInOrderThoughTheInputHasEnded() throws Exception {
        int count = 30_000;
        byte[] packet = deflated("", ("PUB t\n" + sized("x".repeat(200))).repeat(count), 1, "PUB t\n" + sized("last"));
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            client.identify("{\"feature_negotiation\":true,\"deflate\":true}");
            client.send(packet).endInput();
            client.startDeflate(6);
            client.ok();
            for (int i = 0; i <= count; i++) {
                client.ok();
            }
            assertThatThrownBy(client::expectEnd).as("the end").isInstanceOf(EOFException.class);
            assertThat(door.broker().topic("t").stats().messageCount()).isEqualTo(count + 1);
        }
    }

    @Test
    void aFloodOfCommandsLeavesNothingUndone() throws Exception {
        try (TestDoor door = TestDoor.open(folder);
                TestClient client = door.connect().magic()) {
            byte[] nops = TestClient.latin1("NOP\n".repeat(Turn.BYTES_MAX));
            client.send(nops)
                    .publish("t", "x")
                    .ok()
                    .send(nops)
                    .publish("t", "y")
                    .ok();
        }
    }

    private static byte[] deflated(String start, String text, int times, String end) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] repeated = text.getBytes(StandardCharsets.ISO_8859_1);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, new Deflater(9, true), 1 << 16, true)) {
            out.write(start.getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < times; i++) {
                out.write(repeated);
            }
            out.write(end.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return bytes.toByteArray();
        }
    }
}
