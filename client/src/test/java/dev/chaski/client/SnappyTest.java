package dev.chaski.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedInputStream;
import org.xerial.snappy.SnappyFramedOutputStream;

/** Our Snappy and that of others read each other. {@code -Dseed=} replays a run. */
class SnappyTest {
    private static final int ROUNDS = 300;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Bytes that compress more or less: runs, repeats from near and far, and noise. */
    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int n = Math.min(length - at, 1 + random.nextInt(random.nextBoolean() ? 12 : 3_000));
            switch (random.nextInt(4)) {
                case 0 -> {
                    byte[] noise = new byte[n];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, bytes, at, n);
                }
                case 1 -> java.util.Arrays.fill(bytes, at, at + n, (byte) random.nextInt());
                default -> {
                    int back = at == 0 ? 0 : 1 + random.nextInt(at);
                    for (int i = 0; i < n; i++) {
                        bytes[at + i] = back == 0 ? (byte) i : bytes[at + i - back];
                    }
                }
            }
            at += n;
        }
        return bytes;
    }

    @Test
    void blocksAreReadByOthersAndByUs() throws IOException {
        SnappyBlock block = new SnappyBlock();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] plain = bytes(1 + random.nextInt(round < 20 ? 20 : SnappyBlock.BYTES_MAX));
            byte[] packed = new byte[SnappyBlock.compressedBytesMax(plain.length)];
            int packedBytes = block.compress(plain, plain.length, packed);
            byte[] theirs = new byte[plain.length];
            assertThat(Snappy.uncompress(packed, 0, packedBytes, theirs, 0))
                    .as("seed %s", seed)
                    .isEqualTo(plain.length);
            assertThat(theirs).as("seed %s", seed).isEqualTo(plain);
            byte[] ours = new byte[SnappyBlock.BYTES_MAX];
            byte[] compressed = Snappy.compress(plain);
            assertThat(SnappyBlock.expand(compressed, 0, compressed.length, ours))
                    .as("seed %s", seed)
                    .isEqualTo(plain.length);
            assertThat(ours).as("seed %s", seed).startsWith(plain);
        }
    }

    @Test
    void streamsAreReadByOthersAndByUs() throws IOException {
        byte[] plain = bytes(300_000);
        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        SnappyOutputStream writing = new SnappyOutputStream(ours);
        for (int at = 0; at < plain.length; ) {
            int n = Math.min(plain.length - at, 1 + random.nextInt(100_000));
            writing.write(plain, at, n);
            writing.flush();
            at += n;
        }
        assertThat(new SnappyFramedInputStream(new ByteArrayInputStream(ours.toByteArray())).readAllBytes())
                .as("seed %s", seed)
                .isEqualTo(plain);
        ByteArrayOutputStream theirs = new ByteArrayOutputStream();
        try (SnappyFramedOutputStream out = new SnappyFramedOutputStream(theirs)) {
            out.write(plain);
        }
        assertThat(new SnappyInputStream(new ByteArrayInputStream(theirs.toByteArray())).readAllBytes())
                .as("seed %s", seed)
                .isEqualTo(plain);
    }

    @Test
    void whatRepeatsGetsSmallAndWhatDoesNotHardlyGrows() {
        SnappyBlock block = new SnappyBlock();
        byte[] same = new byte[SnappyBlock.BYTES_MAX];
        byte[] packed = new byte[SnappyBlock.compressedBytesMax(same.length)];
        assertThat(block.compress(same, same.length, packed)).isLessThan(4_000);
        byte[] noise = new byte[SnappyBlock.BYTES_MAX];
        random.nextBytes(noise);
        assertThat(block.compress(noise, noise.length, packed)).isLessThan(noise.length + 100);
    }

    @Test
    void aDamagedStreamIsAnErrorAndNeverWrongBytes() throws IOException {
        byte[] plain = bytes(50_000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnappyOutputStream writing = new SnappyOutputStream(out);
        writing.write(plain);
        writing.flush();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = out.toByteArray();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(new SnappyInputStream(new ByteArrayInputStream(damaged)).readAllBytes())
                        .as("seed %s", seed)
                        .satisfiesAnyOf(
                                read -> assertThat(read).isEqualTo(plain),
                                read -> assertThat(read).isEmpty());
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void blocksThatPointOutsideAreRefused() {
        byte[][] wrong = {
            {}, // nothing
            {5, 0, 'a'}, // fewer bytes than it says
            {1, 4, 'a', 'b'}, // more bytes than it says
            {4, 0, 'a', 1, 9}, // a copy from before the begin
            {4, 0, 'a', 1, 0}, // a copy of itself
            {4, (byte) (63 << 2), -1, -1, -1, 127}, // a literal that is too long
            {-1, -1, -1, -1, -1, -1}, // no length
            {-128, -128, -128, 1, 0, 'a'}, // longer than a block may be
        };
        for (byte[] bytes : wrong) {
            assertThatThrownBy(() -> SnappyBlock.expand(bytes, 0, bytes.length, new byte[SnappyBlock.BYTES_MAX]))
                    .isInstanceOf(ProtocolException.class);
        }
    }
}
