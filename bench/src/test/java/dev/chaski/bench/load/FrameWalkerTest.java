package dev.chaski.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.wire.FrameFormat;
import dev.chaski.wire.MessageId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FrameWalkerTest {
    private final List<String> walked = new ArrayList<>();

    private final FrameSink sink = new FrameSink() {
        @Override
        public void response(ByteBuffer buffer, int position, int length) {
            walked.add("response " + text(buffer, position, length));
        }

        @Override
        public void error(ByteBuffer buffer, int position, int length) {
            walked.add("error " + text(buffer, position, length));
        }

        @Override
        public void message(ByteBuffer buffer, int position, int frameBytes) {
            long id = MessageId.get(buffer, position + FrameFormat.ID_OFFSET);
            long stamp = frameBytes >= FrameWalker.MESSAGE_HEAD_BYTES
                    ? buffer.getLong(position + FrameFormat.BODY_OFFSET)
                    : -1;
            walked.add("message " + id + " of " + frameBytes + " stamped " + stamp);
        }
    };

    @Test
    void framesAreWalkedWhereverTheNetworkCutsThem() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("framesAreWalkedWhereverTheNetworkCutsThem: -Dseed=" + seed);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 300; round++) {
            List<String> expected = new ArrayList<>();
            byte[] stream = stream(random, expected);
            walked.clear();
            FrameWalker walker = new FrameWalker(sink);
            int pieceMax = 1 + random.nextInt(random.nextBoolean() ? 8 : 2000);
            for (int from = 0; from < stream.length; ) {
                int length = Math.min(stream.length - from, 1 + random.nextInt(pieceMax));
                // At a random place of the buffer, as nothing else must matter.
                int shift = random.nextInt(10);
                ByteBuffer piece = ByteBuffer.allocate(shift + length + 10);
                piece.position(shift).put(stream, from, length).flip().position(shift);
                walker.walk(piece);
                from += length;
            }
            assertThat(walked).isEqualTo(expected);
        }
    }

    private static byte[] stream(RandomGenerator random, List<String> expected) {
        ByteBuffer stream = ByteBuffer.allocate(1 << 20);
        for (int i = random.nextInt(60); i >= 0; i--) {
            switch (random.nextInt(4)) {
                case 0 -> text(stream, FrameFormat.TYPE_RESPONSE, "x".repeat(random.nextInt(300)), expected);
                case 1 -> text(stream, FrameFormat.TYPE_ERROR, "E_X " + random.nextInt(), expected);
                default -> message(stream, random, expected);
            }
        }
        byte[] bytes = new byte[stream.position()];
        stream.get(0, bytes);
        return bytes;
    }

    private static void text(ByteBuffer stream, int type, String text, List<String> expected) {
        stream.putInt(text.length() + 4).putInt(type).put(text.getBytes(StandardCharsets.US_ASCII));
        expected.add((type == FrameFormat.TYPE_ERROR ? "error " : "response ") + text);
    }

    private static void message(ByteBuffer stream, RandomGenerator random, List<String> expected) {
        int bodyBytes = random.nextInt(random.nextBoolean() ? 12 : 5000);
        int frameBytes = FrameFormat.frameBytes(bodyBytes);
        long id = random.nextLong();
        long stamp = random.nextLong();
        int start = stream.position();
        stream.putInt(frameBytes - 4)
                .putInt(FrameFormat.TYPE_MESSAGE)
                .putLong(random.nextLong())
                .putShort((short) 1);
        MessageId.put(stream, start + FrameFormat.ID_OFFSET, id);
        if (bodyBytes >= Long.BYTES) {
            stream.putLong(start + FrameFormat.BODY_OFFSET, stamp);
        }
        stream.position(start + frameBytes);
        expected.add("message " + id + " of " + frameBytes + " stamped " + (bodyBytes >= Long.BYTES ? stamp : -1));
    }

    @Test
    void aMessageIsToldOfOnlyWhenItsLastByteIsThere() throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(FrameFormat.frameBytes(1000));
        frame.putInt(0, frame.capacity() - 4).putInt(4, FrameFormat.TYPE_MESSAGE);
        FrameWalker walker = new FrameWalker(sink);
        walker.walk(frame.duplicate().limit(frame.capacity() - 1));
        assertThat(walked).isEmpty();
        walker.walk(frame.duplicate().position(frame.capacity() - 1));
        assertThat(walked).hasSize(1);
    }

    @Test
    void whatIsNoFrameIsSaidToBeNone() {
        FrameWalker walker = new FrameWalker(sink);
        byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> walker.walk(ByteBuffer.wrap(http)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no NSQ frame");
    }

    @Test
    void aTextLongerThanAnyServerSendsIsRefusedBeforeItIsKept() {
        FrameWalker walker = new FrameWalker(sink);
        ByteBuffer giant = ByteBuffer.allocate(8)
                .putInt(FrameWalker.TEXT_BYTES_MAX + 1)
                .putInt(1)
                .flip();
        assertThatThrownBy(() -> walker.walk(giant)).isInstanceOf(IOException.class);
    }

    private static String text(ByteBuffer buffer, int position, int length) {
        byte[] bytes = new byte[length];
        buffer.get(position, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
