package dev.chaski.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CommandRingTest {
    @Test
    void aRingGoesRoundAllTopicsAWholeNumberOfTimes() {
        CommandRing ring = CommandRing.publish(List.of("t_0", "t_1", "t_2"), 1, 10, 4);
        assertThat(ring.slots()).isEqualTo(6);
        for (int slot = 0; slot < ring.slots(); slot++) {
            assertThat(slot(ring, slot))
                    .startsWith("PUB t_" + slot % 3 + "\n\0\0\0\12")
                    .hasSize(8 + 4 + 10);
        }
    }

    @Test
    void aStampStandsAtTheStartOfEveryBodyOfItsCommandAndNowhereElse() {
        CommandRing ring = CommandRing.publish(List.of("topic"), 3, 20, 2);
        String other = slot(ring, 0);
        ring.stamp(1, 0x4142434445464748L);
        assertThat(slot(ring, 0)).isEqualTo(other);
        assertThat(slot(ring, 1)).startsWith("MPUB topic\n");
        ByteBuffer command = ring.view().position(ring.slotBytes() + "MPUB topic\n".length());
        assertThat(command.getInt()).isEqualTo(4 + 3 * 24);
        assertThat(command.getInt()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(command.getInt()).isEqualTo(20);
            byte[] body = new byte[20];
            command.get(body);
            assertThat(new String(body, StandardCharsets.US_ASCII)).startsWith("ABCDEFGH");
        }
    }

    @Test
    void theDelayOfADeferredMessageIsItsSecondWord() {
        CommandRing ring = CommandRing.defer("topic", 16, 3);
        ring.delay(2, 86_400_000);
        ring.stamp(2, 0x4142434445464748L);
        assertThat(slot(ring, 2)).startsWith("DPUB topic 000086400000\n\0\0\0\20ABCDEFGH");
        assertThat(slot(ring, 1)).startsWith("DPUB topic 000000000000\n");
    }

    @Test
    void aRequestSaysHowLongItsBodyIs() {
        CommandRing ring = CommandRing.http("127.0.0.1:4151", "t#ephemeral", 5, 2);
        String head = "POST /pub?topic=t%23ephemeral HTTP/1.1\r\nHost: 127.0.0.1:4151\r\nContent-Length: 5\r\n\r\n";
        assertThat(slot(ring, 1)).startsWith(head).hasSize(head.length() + 5);
    }

    @Test
    void moreMemoryThanSensibleIsRefused() {
        assertThatThrownBy(() -> CommandRing.publish(List.of("t"), 1000, 100_000, 10))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("smaller");
    }

    private static String slot(CommandRing ring, int slot) {
        byte[] bytes = new byte[ring.slotBytes()];
        ring.view().get(slot * ring.slotBytes(), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
