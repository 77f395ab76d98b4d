package dev.chaski.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FrameFormatTest {
    /** A message of two bytes, first delivery, as it goes over the wire. */
    private static final String FRAME = "00000020" + "00000002" + "17e2a3b4c5d6e7f8" + "0001"
            + HexFormat.of().formatHex("0123456789abcdef".getBytes(StandardCharsets.US_ASCII)) + "6869";

    @Test
    void theFieldsOfAMessageStandWhereAServerPutsThem() {
        ByteBuffer frame = ByteBuffer.wrap(HexFormat.of().parseHex(FRAME));
        assertThat(frame.getInt(FrameFormat.SIZE_OFFSET)).isEqualTo(frame.capacity() - FrameFormat.SIZE_BYTES);
        assertThat(frame.getInt(FrameFormat.TYPE_OFFSET)).isEqualTo(FrameFormat.TYPE_MESSAGE);
        assertThat(frame.getLong(FrameFormat.TIMESTAMP_OFFSET)).isEqualTo(0x17e2a3b4c5d6e7f8L);
        assertThat(frame.getShort(FrameFormat.ATTEMPTS_OFFSET)).isEqualTo((short) 1);
        assertThat(MessageId.get(frame, FrameFormat.ID_OFFSET)).isEqualTo(0x0123456789abcdefL);
        assertThat(frame.getShort(FrameFormat.BODY_OFFSET)).isEqualTo((short) ('h' << 8 | 'i'));
        assertThat(FrameFormat.frameBytes(2)).isEqualTo(frame.capacity());
    }
}
