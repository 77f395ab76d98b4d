package dev.chaski.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapesTest {
    @Test
    void whatIsNotPlainBecomesItsBytes() {
        assertThat(Escapes.escape("a.b/ø%", '%', Character::isLetter)).isEqualTo("a%2Eb%2F%C3%B8%25");
        assertThat(Escapes.escape("a_b", '_', c -> true)).isEqualTo("a_5Fb");
    }

    @Test
    void aLongNameIsCutAndStillItsOwn() {
        String name = "x".repeat(100);
        assertThat(Escapes.shorten(name, 100)).isEqualTo(name);
        assertThat(Escapes.shorten(name + "a", 100)).hasSize(100).startsWith("x".repeat(35) + "-");
        assertThat(Escapes.shorten(name + "a", 100)).isNotEqualTo(Escapes.shorten(name + "b", 100));
    }
}
