package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Names in errors look as nsqd prints them. */
class QuotedTest {
    @Test
    void plainTextIsPutIntoQuotes() {
        assertThat(quoted("a b$c")).isEqualTo("\"a b$c\"");
    }

    @Test
    void quotesBackslashesAndControlCharactersAreEscaped() {
        assertThat(quoted("\"\\\t\r\u0001\u007f")).isEqualTo("\"\\\"\\\\\\t\\r\\x01\\x7f\"");
    }

    @Test
    void printableTextOfOtherAlphabetsStays() {
        assertThat(quoted("señal ⚡ 信")).isEqualTo("\"señal ⚡ 信\"");
    }

    @Test
    void bytesThatAreNotTextAreHex() {
        assertThat(Quoted.of(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe2, (byte) 0x9a}))
                .isEqualTo("\"a\\xff\\xc3b\\xe2\\x9a\"");
    }

    private static String quoted(String text) {
        return Quoted.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
