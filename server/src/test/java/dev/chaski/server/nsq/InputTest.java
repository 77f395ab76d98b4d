package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.server.loops.BodyMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is received in any pieces is read as if it had come in one. */
class InputTest {
    private static final int MEMORY_BYTES = 1 << 20;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final BodyMemory memory = new BodyMemory(MEMORY_BYTES);
    private final Input input = new Input(allocator, memory);

    @AfterEach
    void nothingIsHeldInTheEnd() {
        input.release();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(memory.takenBytes()).isZero();
    }

    @Test
    void whereThereIsNoRoomNothingIsLostOfTheMemory() {
        add("x".repeat(MEMORY_BYTES - 100));
        input.trim();
        assertThat(memory.takenBytes()).isEqualTo(MEMORY_BYTES - 100);
        add("y".repeat(200));
        assertThatThrownBy(() -> input.require(MEMORY_BYTES)).isInstanceOf(OutOfRoom.class);
        assertThatThrownBy(() -> add("z")).isInstanceOf(OutOfRoom.class);
    }

    @Test
    void anEmptyInputHasNoLine() {
        assertThat(input.lineLength(100)).isEqualTo(-1);
        assertThat(input.isWorthALook()).isFalse();
    }

    @Test
    void aLineIsFoundAcrossTwoReads() {
        add("PU");
        assertThat(input.lineLength(100)).isEqualTo(-1);
        input.trim();
        add("B a\nrest");
        assertThat(input.lineLength(100)).isEqualTo(5);
        assertThat(text(6)).isEqualTo("PUB a\n");
        input.consume(6);
        assertThat(text(4)).isEqualTo("rest");
    }

    @Test
    void aLineThatIsTooLongIsGivenUpAtItsBound() {
        add("x".repeat(60));
        assertThat(input.lineLength(100)).isEqualTo(-1);
        add("y".repeat(60) + "\n");
        assertThat(input.lineLength(100)).isEqualTo(-1);
        assertThat(input.available()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void noLookIsWorthItBeforeWhatWasRequiredIsThere() {
        add("abcd");
        assertThat(input.require(6)).isFalse();
        add("e");
        assertThat(input.isWorthALook()).isFalse();
        add("f");
        assertThat(input.isWorthALook()).isTrue();
        assertThat(input.require(6)).isTrue();
        assertThat(text(6)).isEqualTo("abcdef");
    }

    @Test
    void announcingMuchAndSendingLittleHoldsLittle() {
        add("abcd");
        assertThat(input.require(5 << 20)).isFalse();
        input.trim();
        assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo(1024);
    }

    @Test
    void whatIsTakenIsGone() {
        add("abc");
        add("def");
        input.consume(1);
        ByteBuf all = input.takeAll();
        assertThat(all.toString(StandardCharsets.US_ASCII)).isEqualTo("bcdef");
        all.release();
        assertThat(input.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void linesAndBodiesComeOutAsTheyWentIn(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int[] sizes = new int[200];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = random.nextInt(10) == 0 ? random.nextInt(50_000) : random.nextInt(300);
            sent.writeBytes((sizes[i] + "\n").getBytes(StandardCharsets.US_ASCII));
            byte[] body = new byte[sizes[i]];
            new Random(i).nextBytes(body);
            sent.writeBytes(body);
        }
        byte[] bytes = sent.toByteArray();
        int at = 0;
        int next = 0;
        while (at < bytes.length) {
            for (int reads = 1 + random.nextInt(3); reads > 0 && at < bytes.length; reads--) {
                int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 60_000));
                input.add(allocator.directBuffer(count).writeBytes(bytes, at, count));
                at += count;
            }
            next = readAll(sizes, next);
            input.trim();
        }
        assertThat(next).isEqualTo(sizes.length);
    }

    private int readAll(int[] sizes, int first) {
        int next = first;
        while (input.isWorthALook()) {
            int length = input.lineLength(100);
            if (length < 0 || !input.require(length + 1 + sizes[next])) {
                break;
            }
            assertThat(text(length)).isEqualTo(String.valueOf(sizes[next]));
            byte[] body = new byte[sizes[next]];
            input.bytes().get(input.position() + length + 1, body);
            byte[] expected = new byte[sizes[next]];
            new Random(next).nextBytes(expected);
            assertThat(body).isEqualTo(expected);
            input.consume(length + 1 + sizes[next]);
            next++;
        }
        return next;
    }

    private void add(String text) {
        input.add(allocator.directBuffer().writeBytes(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)));
    }

    private String text(int count) {
        byte[] bytes = new byte[count];
        input.bytes().get(input.position(), bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
