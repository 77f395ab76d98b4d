package dev.chaski.server.nsq;

import static dev.chaski.server.nsq.TestClient.int4;
import static dev.chaski.server.nsq.TestClient.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chaski.server.loops.BodyMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are half received have a bound over all connections, and give everything back. */
@Timeout(60)
class BodyMemoryTest {
    private static final int BODY_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    @Test
    void whoFindsNoRoomIsToldAndTheOthersGoOn() throws Exception {
        // Enough for half a body that grows to a whole one, and not for another beside it.
        try (TestDoor door = TestDoor.openWithBodyMemory(folder, 7 * BODY_BYTES / 4);
                TestClient early = door.connect().magic();
                TestClient half = door.connect().magic();
                TestClient late = door.connect().magic()) {
            BodyMemory memory = door.door().loops().bodyMemory();
            early.publish("t", "x").ok();
            half.send("PUB t\n" + int4(BODY_BYTES) + "x".repeat(BODY_BYTES / 2));
            await().until(() -> memory.takenBytes() >= BODY_BYTES / 2);
            late.send("PUB t\n" + int4(BODY_BYTES) + "x".repeat(BODY_BYTES - 1));
            late.expectError(OutOfRoom.TEXT);
            late.expectEnd();
            early.publish("t", "y".repeat(1000)).ok();
            half.hangUp();
            await().until(() -> memory.takenBytes() == 0);
            early.send("PUB t\n" + sized("z".repeat(BODY_BYTES / 4))).ok();
        }
    }

    @Test
    void whatClientsThatGoAwayHaveSentIsGivenBack() throws Exception {
        try (TestDoor door = TestDoor.openWithBodyMemory(folder, 16L * BODY_BYTES)) {
            BodyMemory memory = door.door().loops().bodyMemory();
            List<TestClient> halves = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                halves.add(door.connect().magic().send("PUB t\n" + int4(BODY_BYTES) + "x".repeat(BODY_BYTES / 2)));
            }
            await().until(() -> memory.takenBytes() >= 2 * BODY_BYTES);
            for (TestClient half : halves) {
                half.hangUp();
            }
            await().until(() -> memory.takenBytes() == 0);
            assertThat(door.broker().findTopic("t")).isNull();
        }
    }
}
