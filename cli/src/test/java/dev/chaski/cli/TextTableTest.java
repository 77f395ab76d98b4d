package dev.chaski.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private final TextTable table = new TextTable("topic", "channel", "depth#", "in/s#");

    @Test
    void columnsAreAsWideAsTheirLongestCell() {
        table.row("orders", "billing", 1_234_567L, 0.25);
        table.row("a", "b", 7, 12_345.6);
        assertThat(table.lines(Integer.MAX_VALUE))
                .containsExactly(
                        "topic   channel      depth    in/s", //
                        "orders  billing  1,234,567     0.3",
                        "a       b                7  12,346");
    }

    @Test
    void textsAreCutWhereThereIsLessRoom() {
        table.row("a-topic-of-twenty-one", "a-channel-of-twenty", 1L, 0.0);
        assertThat(table.lines(40))
                .containsExactly(
                        "topic         channel        depth  in/s", //
                        "a-topic-of-…  a-channel-of…      1     0")
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
    }

    @Test
    void noLineIsLongerThanTheTerminal() {
        table.row("a-topic-of-twenty-one", "a-channel-of-twenty", 123_456_789L, 9_876.0);
        for (int width = 10; width < 80; width++) {
            int limit = width;
            assertThat(table.lines(width)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(limit));
        }
    }

    @Test
    void whatHasNoRoomIsNamed() {
        table.row("orders", "billing", 1L, 2.0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), 20);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().toList())
                .isEqualTo(List.of("topic   channel", "orders  billing", "(no room for: depth, in/s)"));
    }

    @Test
    void whatOthersSayOfThemselvesMovesNoCursor() {
        table.row("\u001b[2J", "a\nb", 1, 1.0);
        assertThat(table.lines(Integer.MAX_VALUE).get(1)).startsWith("\\u001b[2J  a\\u000ab");
    }
}
