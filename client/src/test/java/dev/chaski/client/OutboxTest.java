package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is added is written once, in order, in few pieces. */
@Timeout(60)
class OutboxTest {
    private static final int COMMANDS = 5_000;

    private final Outbox outbox = new Outbox();

    private static void append(List<ByteBuffer> commands, ByteArrayOutputStream to) {
        commands.forEach(each -> to.write(each.array(), each.arrayOffset(), each.position()));
    }

    private static byte[] command(Random random) {
        byte[] command = new byte[random.nextInt(20) == 0 ? random.nextInt(200_000) : random.nextInt(60)];
        random.nextBytes(command);
        return command;
    }

    @RepeatedTest(5)
    void twoWhoWriteInTurnsWriteAllInOrder() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Thread writer = Thread.ofVirtual().start(() -> write(written));
        for (int i = 0; i < COMMANDS; i++) {
            byte[] command = command(random);
            added.writeBytes(command);
            if (random.nextInt(3) == 0) {
                outbox.addUnsignalled(command);
                writeNow(written);
            } else {
                outbox.add(command);
            }
        }
        outbox.end();
        writer.join();
        assertThat(written.toByteArray()).as("seed " + seed).isEqualTo(added.toByteArray());
    }

    private void write(ByteArrayOutputStream to) {
        try {
            for (List<ByteBuffer> next = outbox.take(); !next.isEmpty(); next = outbox.take()) {
                append(next, to);
                outbox.written();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void writeNow(ByteArrayOutputStream to) {
        List<ByteBuffer> mine = outbox.takeNow();
        if (!mine.isEmpty()) {
            append(mine, to);
            outbox.written();
        }
    }

    @Test
    void whoeverComesWhileAnotherWritesLeavesItToHim() throws Exception {
        outbox.add(new byte[] {1});
        assertThat(outbox.takeNow()).hasSize(1);
        outbox.add(new byte[] {2});
        assertThat(outbox.takeNow()).isEmpty();
        outbox.written();
        assertThat(outbox.take()).hasSize(1);
    }

    @Test
    void manySmallCommandsAreFewPieces() throws Exception {
        for (int i = 0; i < COMMANDS; i++) {
            outbox.add(new byte[21]);
        }
        assertThat(outbox.take()).hasSizeLessThan(3);
    }

    @Test
    void afterTheEndNothingIsAdded() throws Exception {
        outbox.add(new byte[] {1});
        outbox.end();
        outbox.add(new byte[] {2});
        assertThat(outbox.take()).hasSize(1);
        outbox.written();
        assertThat(outbox.take()).isEmpty();
    }
}
