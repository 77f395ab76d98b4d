package dev.chaski.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyReaderTest {
    private static List<Key> keys(String typed) throws IOException {
        KeyReader reader = new KeyReader(new ByteArrayInputStream(typed.getBytes(StandardCharsets.US_ASCII)));
        List<Key> keys = new ArrayList<>();
        do {
            keys.add(reader.next());
        } while (keys.getLast() != Key.QUIT);
        return keys;
    }

    @Test
    void arrowsComeInBothOfTheWaysThatTerminalsSendThem() throws IOException {
        assertThat(keys("\u001b[A\u001bOB\u001b[1;5C\u001b[Dq"))
                .containsExactly(Key.UP, Key.DOWN, Key.RIGHT, Key.LEFT, Key.QUIT);
    }

    @Test
    void pagesAndEndsAreNumbers() throws IOException {
        assertThat(keys("\u001b[5~\u001b[6~\u001b[1~\u001b[4~\u001b[H\u001b[Fq"))
                .containsExactly(Key.PAGE_UP, Key.PAGE_DOWN, Key.HOME, Key.END, Key.HOME, Key.END, Key.QUIT);
    }

    @Test
    void lettersDoTheSame() throws IOException {
        assertThat(keys("jkrxQ")).containsExactly(Key.DOWN, Key.UP, Key.REVERSE, Key.OTHER, Key.QUIT);
    }

    @Test
    void theEndOfTheTerminalEndsItAlsoWithinAKey() throws IOException {
        assertThat(keys("\u001b[")).containsExactly(Key.OTHER, Key.QUIT);
        assertThat(keys("\u001b[999999999999999999999999~q")).endsWith(Key.QUIT);
    }
}
