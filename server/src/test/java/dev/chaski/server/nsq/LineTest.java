package dev.chaski.server.nsq;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A command's line is split at every single space. */
class LineTest {
    @Test
    void wordsAreCountedAndFound() {
        Line line = line("SUB topic channel");
        assertThat(line.count()).isEqualTo(3);
        assertThat(line.verb()).isEqualTo(Verb.SUB);
        assertThat(line.text(1)).isEqualTo("topic");
        assertThat(line.text(2)).isEqualTo("channel");
    }

    @Test
    void anEmptyLineIsOneEmptyWord() {
        Line line = line("");
        assertThat(line.count()).isEqualTo(1);
        assertThat(line.verb()).isNull();
    }

    @Test
    void moreWordsThanAreLookedAtAreCounted() {
        assertThat(line("A b c d e f g").count()).isEqualTo(7);
    }

    @Test
    void aSpaceAtTheEndIsAnEmptyWord() {
        Line line = line("RDY ");
        assertThat(line.count()).isEqualTo(2);
        assertThat(line.number(1)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void everyCommandIsKnownByItsName(Verb verb) {
        assertThat(line(verb.name()).verb()).isEqualTo(verb);
        assertThat(line(verb.name() + " x").verb()).isEqualTo(verb);
        assertThat(line(verb.name().toLowerCase(java.util.Locale.ROOT)).verb()).isNull();
        assertThat(line(verb.name() + "X").verb()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "7,7",
        "2500,2500",
        "9223372036854775807,9223372036854775807",
        "99999999999999999999,9223372036854775807"
    })
    void digitsAreANumber(String text, long number) {
        assertThat(line("RDY " + text).number(1)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"-1", "+1", "1.5", "0x10", "x"})
    void whatIsNotAllDigitsIsNoNumber(String text) {
        assertThat(line("RDY " + text).number(1)).isEqualTo(Line.NOT_A_NUMBER);
    }

    private static Line line(String text) {
        Line line = new Line();
        line.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0, text.length());
        return line;
    }
}
