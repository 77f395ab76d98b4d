package dev.chaski.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CommandsTest {
    private static final byte[] BODY = {'h', 'i'};

    @Test
    void everyCommandHasTheBytesThatAServerExpects() {
        assertThat(encoded(Commands::magic)).isEqualTo("  V2");
        assertThat(encoded(b -> Commands.identify(b, BODY))).isEqualTo("IDENTIFY\n\0\0\0\2hi");
        assertThat(encoded(b -> Commands.auth(b, BODY))).isEqualTo("AUTH\n\0\0\0\2hi");
        assertThat(encoded(b -> Commands.pub(b, "t", BODY))).isEqualTo("PUB t\n\0\0\0\2hi");
        assertThat(encoded(b -> Commands.dpub(b, "t", 1500, BODY))).isEqualTo("DPUB t 000000001500\n\0\0\0\2hi");
        assertThat(encoded(b -> Commands.mpub(b, "t", List.of(BODY, new byte[0]))))
                .isEqualTo("MPUB t\n\0\0\0\16\0\0\0\2\0\0\0\2hi\0\0\0\0");
        assertThat(encoded(b -> Commands.sub(b, "t", "c#ephemeral"))).isEqualTo("SUB t c#ephemeral\n");
        assertThat(encoded(b -> Commands.rdy(b, 2500))).isEqualTo("RDY 2500\n");
        assertThat(encoded(Commands::cls)).isEqualTo("CLS\n");
        assertThat(encoded(Commands::nop)).isEqualTo("NOP\n");
    }

    @Test
    void finishRequeueAndTouchCopyTheIdOutOfAFrame() {
        ByteBuffer frame = ByteBuffer.allocate(FrameFormat.frameBytes(3));
        MessageId.put(frame, FrameFormat.ID_OFFSET, 0x0123456789abcdefL);
        int at = FrameFormat.ID_OFFSET;
        assertThat(encoded(b -> Commands.fin(b, frame, at)))
                .isEqualTo("FIN 0123456789abcdef\n")
                .hasSize(Commands.FIN_BYTES);
        assertThat(encoded(b -> Commands.req(b, frame, at, 250))).isEqualTo("REQ 0123456789abcdef 250\n");
        assertThat(encoded(b -> Commands.touch(b, frame, at))).isEqualTo("TOUCH 0123456789abcdef\n");
    }

    @Test
    void aNameThatWouldBeReadAsAnotherCommandIsRefused() {
        ByteBuffer target = ByteBuffer.allocate(100);
        assertThatThrownBy(() -> Commands.pub(target, "a\nPUB b", BODY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a\nPUB b");
        assertThatThrownBy(() -> Commands.sub(target, "a", "b c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDelayOutsideItsDigitsIsRefused() {
        ByteBuffer target = ByteBuffer.allocate(100);
        assertThat(encoded(b -> Commands.dpub(b, "t", Commands.DELAY_MS_MAX, BODY)))
                .contains(" 999999999999\n");
        assertThatThrownBy(() -> Commands.delay(target, 0, Commands.DELAY_MS_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Commands.delay(target, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBufferThatIsTooSmallSaysSo() {
        assertThatThrownBy(() -> Commands.pub(ByteBuffer.allocate(8), "topic", BODY))
                .isInstanceOf(BufferOverflowException.class);
    }

    @Test
    void theLengthsFitWhatIsWrittenAndAnMpubTakenApartGivesItsMessages() {
        RandomGenerator random = Seeds.random("theLengthsFitWhatIsWritten");
        for (int round = 0; round < 2_000; round++) {
            List<byte[]> bodies = new ArrayList<>();
            int bodyBytes = 0;
            for (int i = random.nextInt(20); i >= 0; i--) {
                byte[] body = new byte[random.nextInt(50)];
                random.nextBytes(body);
                bodies.add(body);
                bodyBytes += body.length;
            }
            ByteBuffer target = ByteBuffer.allocate(Commands.mpubBytes("topic", bodies.size(), bodyBytes));
            Commands.mpub(target, "topic", bodies);
            assertThat(target.hasRemaining()).isFalse();
            target.position("MPUB topic\n".length());
            assertThat(target.getInt()).isEqualTo(target.remaining());
            assertThat(target.getInt()).isEqualTo(bodies.size());
            for (byte[] body : bodies) {
                byte[] read = new byte[target.getInt()];
                target.get(read);
                assertThat(read).isEqualTo(body);
            }
            ByteBuffer one = ByteBuffer.allocate(Commands.pubBytes("topic", bodies.getFirst().length));
            Commands.pub(one, "topic", bodies.getFirst());
            assertThat(one.hasRemaining()).isFalse();
        }
    }

    private static String encoded(Consumer<ByteBuffer> encoder) {
        ByteBuffer target = ByteBuffer.allocate(200);
        encoder.accept(target);
        return new String(target.array(), 0, target.position(), StandardCharsets.ISO_8859_1);
    }
}
