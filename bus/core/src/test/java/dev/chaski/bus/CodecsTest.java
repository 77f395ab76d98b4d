package dev.chaski.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecsTest {
    private static final List<Codec> WITH_HEADERS = List.of(Codecs.JSON, Codecs.CBOR, Codecs.PROTOBUF);

    @Test
    void anyMessageIsReadAsItWasWritten() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Map<String, String> headers = new HashMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                headers.put("name" + random.nextInt(), random.nextBoolean() ? "" : "vålue " + random.nextLong());
            }
            byte[] body = new byte[random.nextInt(2_000)];
            random.nextBytes(body);
            Message message = Message.of(headers, body);
            for (Codec codec : WITH_HEADERS) {
                assertThat(codec.decode(codec.encode(message)))
                        .as("-Dseed=%d", seed)
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void bytesThatSomebodyMadeUpAreAMessageOrRefused() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            Codec codec = WITH_HEADERS.get(round % WITH_HEADERS.size());
            byte[] bytes = codec.encode(Message.of(Map.of("a", "b"), new byte[] {1, 2, 3}));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                assertThat(codec.decode(bytes).body()).as("-Dseed=%d", seed).isNotNull();
            } catch (BusException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void theBytesAreThoseThatOthersWrite() {
        Message message = Message.of(Map.of("k", "v"), "hi".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(Codecs.JSON.encode(message), StandardCharsets.UTF_8))
                .isEqualTo("{\"Header\":{\"k\":\"v\"},\"Body\":\"aGk=\"}");
        // Field 1, 6 bytes: (field 1 "k", field 2 "v"); field 2, 2 bytes: "hi".
        assertThat(HexFormat.of().formatHex(Codecs.PROTOBUF.encode(message))).isEqualTo("0a060a016b12017612026869");
        assertThat(Codecs.JSON.decode("{\"header\":{},\"body\":null}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Message.of(new byte[0]));
    }

    @Test
    void rawIsTheBodyAndRefusesHeaders() {
        assertThat(Codecs.RAW.encode(Message.of("hi"))).isEqualTo(new byte[] {'h', 'i'});
        assertThat(Codecs.RAW.decode(new byte[] {'h', 'i'})).isEqualTo(Message.of("hi"));
        assertThatThrownBy(() -> Codecs.RAW.encode(Message.of(Map.of("k", "v"), new byte[0])))
                .hasMessageContaining("[k]");
    }

    @Test
    void whatIsNoMessageIsRefused() {
        for (String wrong :
                List.of("", "null", "[]", "{\"Header\":{\"a\":1}}", "{\"Body\":7}", "{\"Body\":\"*\"}", "{")) {
            assertThatThrownBy(() -> Codecs.JSON.decode(wrong.getBytes(StandardCharsets.UTF_8)))
                    .as(wrong)
                    .isInstanceOf(BusException.class);
        }
    }
}
