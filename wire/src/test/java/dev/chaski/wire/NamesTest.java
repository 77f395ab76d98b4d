package dev.chaski.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class NamesTest {
    private static final Pattern RULE = Pattern.compile("[.a-zA-Z0-9_-]+(#ephemeral)?");

    @ParameterizedTest
    @ValueSource(strings = {"a", "..", "orders.eu-1_b", "x#ephemeral", "0"})
    void aNameIsLettersDigitsDotDashUnderscore(String name) {
        assertThat(Names.isValid(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a\n", "#ephemeral", "a#", "a#ephemera", "a#ephemeral#ephemeral", "ä", "a/b"})
    void anythingElseIsNone(String name) {
        assertThat(Names.isValid(name)).isFalse();
    }

    @Test
    void sixtyFourCharactersAreTheMostTheSuffixIncluded() {
        String stem = "a".repeat(Names.LENGTH_MAX - Names.EPHEMERAL_SUFFIX.length());
        assertThat(Names.isValid("a".repeat(64))).isTrue();
        assertThat(Names.isValid("a".repeat(65))).isFalse();
        assertThat(Names.isValid(stem + Names.EPHEMERAL_SUFFIX)).isTrue();
        assertThat(Names.isValid(stem + "a" + Names.EPHEMERAL_SUFFIX)).isFalse();
    }

    @Test
    void randomNamesAgreeWithTheRuleAsAPattern() {
        RandomGenerator random = Seeds.random("randomNamesAgreeWithTheRuleAsAPattern");
        String alphabet = "aZ09._-#~ \n\u0000ephemral";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder name = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--) {
                // Mostly good characters, or hardly any name would be valid.
                name.append(alphabet.charAt(random.nextInt(random.nextInt(10) == 0 ? alphabet.length() : 7)));
            }
            if (random.nextBoolean()) {
                name.append(Names.EPHEMERAL_SUFFIX);
            }
            assertThat(Names.isValid(name))
                    .as("%s", name)
                    .isEqualTo(RULE.matcher(name).matches());
            assertThat(Names.isEphemeral(name)).isEqualTo(name.toString().endsWith("#ephemeral"));
        }
    }
}
