package dev.chaski.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MessageIdTest {
    private static final int ROUNDS = 20_000;

    @Test
    void anIdIsSixteenLowerCaseHexDigits() {
        RandomGenerator random = Seeds.random("anIdIsSixteenLowerCaseHexDigits");
        for (int i = 0; i < ROUNDS; i++) {
            long id = random.nextLong() >>> random.nextInt(64);
            assertThat(MessageId.text(id)).isEqualTo(String.format(Locale.ROOT, "%016x", id));
        }
    }

    @Test
    void whatWasPutIsReadBackWhateverTheByteOrderAndNothingAroundItChanges() {
        RandomGenerator random = Seeds.random("whatWasPutIsReadBack");
        for (int i = 0; i < ROUNDS; i++) {
            long id = random.nextLong();
            int position = random.nextInt(9);
            ByteBuffer buffer = ByteBuffer.allocate(32)
                    .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            MessageId.put(buffer, position, id);
            assertThat(MessageId.get(buffer, position)).isEqualTo(id);
            assertThat(buffer.position()).isZero();
            for (int at = 0; at < buffer.capacity(); at++) {
                boolean inside = at >= position && at < position + MessageId.TEXT_BYTES;
                assertThat(buffer.get(at) != 0).isEqualTo(inside);
            }
        }
    }

    @Test
    void upperCaseDigitsAreNoId() {
        ByteBuffer text = ByteBuffer.wrap("00ABCDEF12345678".getBytes(StandardCharsets.US_ASCII));
        assertThat(MessageId.get(text, 0)).isZero();
    }

    @Test
    void oneWrongCharacterAnywhereMakesNoId() {
        RandomGenerator random = Seeds.random("oneWrongCharacterAnywhereMakesNoId");
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuffer text = ByteBuffer.wrap(MessageId.text(random.nextLong()).getBytes(StandardCharsets.US_ASCII));
            byte wrong = (byte) random.nextInt(256);
            int at = random.nextInt(MessageId.TEXT_BYTES);
            text.put(at, wrong);
            if ("0123456789abcdef".indexOf(wrong) < 0) {
                assertThat(MessageId.get(text, 0)).isZero();
            }
        }
    }

    @Test
    void nodeBlockAndIndexComeBackFromAnId() {
        RandomGenerator random = Seeds.random("nodeBlockAndIndexComeBackFromAnId");
        for (int i = 0; i < ROUNDS; i++) {
            int node = random.nextInt(MessageId.NODE_MAX + 1);
            long block = random.nextLong(1L << (MessageId.OFFSET_BITS - MessageId.INDEX_BITS));
            int index = random.nextInt(MessageId.BLOCK_MESSAGES_MAX);
            long offset = MessageId.firstOffset(block) + index;
            long id = MessageId.of(node, offset);
            assertThat(MessageId.node(id)).isEqualTo(node);
            assertThat(MessageId.offset(id)).isEqualTo(offset);
            assertThat(MessageId.block(offset)).isEqualTo(block);
            assertThat(MessageId.index(offset)).isEqualTo(index);
        }
    }
}
