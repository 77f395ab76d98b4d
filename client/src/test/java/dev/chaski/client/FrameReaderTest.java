package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.wire.FrameFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Frames are the same however they arrive. */
class FrameReaderTest {
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int FRAMES = 400;

    /** Gives as much or as little as it likes. */
    private static final class Drips extends InputStream {
        private final InputStream in;
        private final Random random;

        Drips(byte[] bytes, Random random) {
            in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] target, int from, int count) throws IOException {
            return in.read(target, from, Math.min(count, 1 + random.nextInt(random.nextInt(3) == 0 ? 200_000 : 70)));
        }
    }

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(sent);

    private void frame(int type, byte[] data) throws IOException {
        out.writeInt(Integer.BYTES + data.length);
        out.writeInt(type);
        out.write(data);
    }

    private byte[] message(int attempts, byte[] body) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(data);
        fields.writeLong(7);
        fields.writeShort(attempts);
        fields.writeBytes("0123456789abcdef");
        fields.write(body);
        return data.toByteArray();
    }

    private FrameReader reader(boolean isAhead, InputStream in) {
        return isAhead ? FrameReader.ahead(in, FRAME_BYTES_MAX) : FrameReader.exact(in, FRAME_BYTES_MAX);
    }

    @RepeatedTest(6)
    void framesOfAnySizeInAnyPieces() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] body = new byte[random.nextInt(40) == 0 ? random.nextInt(300_000) : random.nextInt(300)];
            random.nextBytes(body);
            bodies.add(body);
            frame(FrameFormat.TYPE_MESSAGE, message(i + 1, body));
            frame(FrameFormat.TYPE_RESPONSE, "OK".getBytes(StandardCharsets.UTF_8));
        }
        FrameReader frames = reader(random.nextBoolean(), new Drips(sent.toByteArray(), random));
        for (int i = 0; i < FRAMES; i++) {
            Frame.Delivery delivery = (Frame.Delivery) frames.read();
            assertThat(delivery.body()).as("seed " + seed).isEqualTo(bodies.get(i));
            assertThat(delivery.attempts()).isEqualTo(i + 1);
            assertThat(delivery.timestampNs()).isEqualTo(7);
            assertThat(delivery.id()).isEqualTo("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
            assertThat(frames.read()).isEqualTo(new Frame.Response("OK"));
        }
        assertThat(frames.hasNext()).isFalse();
        assertThatThrownBy(frames::read).isInstanceOf(EOFException.class);
    }

    @Test
    void oneTakesNothingThatComesAfterAFrame() throws Exception {
        frame(FrameFormat.TYPE_RESPONSE, "OK".getBytes(StandardCharsets.UTF_8));
        out.write(42);
        InputStream in = new ByteArrayInputStream(sent.toByteArray());
        reader(false, in).read();
        assertThat(in.read()).isEqualTo(42);
    }

    @Test
    void theOtherTellsWhetherAWholeFrameIsThere() throws Exception {
        frame(FrameFormat.TYPE_RESPONSE, "OK".getBytes(StandardCharsets.UTF_8));
        frame(FrameFormat.TYPE_RESPONSE, "OK".getBytes(StandardCharsets.UTF_8));
        FrameReader whole = reader(true, new ByteArrayInputStream(sent.toByteArray()));
        whole.read();
        assertThat(whole.hasNext()).isTrue();
        FrameReader torn = reader(true, new ByteArrayInputStream(sent.toByteArray(), 0, sent.size() - 1));
        torn.read();
        assertThat(torn.hasNext()).isFalse();
    }

    @Test
    void whatIsNoFrameIsRefusedBeforeItTakesMemory() throws Exception {
        out.writeInt(FRAME_BYTES_MAX + 5);
        out.writeInt(FrameFormat.TYPE_MESSAGE);
        assertThatThrownBy(() -> reader(true, new ByteArrayInputStream(sent.toByteArray()))
                        .read())
                .isInstanceOf(ProtocolException.class);
        sent.reset();
        frame(9, new byte[4]);
        assertThatThrownBy(() -> reader(true, new ByteArrayInputStream(sent.toByteArray()))
                        .read())
                .isInstanceOf(ProtocolException.class);
        sent.reset();
        frame(FrameFormat.TYPE_MESSAGE, new byte[10]);
        assertThatThrownBy(() -> reader(true, new ByteArrayInputStream(sent.toByteArray()))
                        .read())
                .isInstanceOf(ProtocolException.class);
    }
}
