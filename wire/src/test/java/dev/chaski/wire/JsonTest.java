package dev.chaski.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 8259 allows is read, and nothing else. */
class JsonTest {
    private static final int ROUNDS = 2_000;

    @Test
    void eachKindOfValueIsRead() {
        assertThat(Json.read(" {\"a\" : [1, true, null , -2.5e1, \"\\u00fc\\n\\/\"], \"b\":{}}\n"))
                .isEqualTo(Map.of("a", java.util.Arrays.asList(1.0, true, null, -25.0, "ü\n/"), "b", Map.of()));
        assertThat(Json.read("null")).isNull();
        assertThat(Json.read("[]")).isEqualTo(List.of());
        assertThat(Json.read("[".repeat(32) + "]".repeat(32))).isInstanceOf(List.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":1,\"a\":2}",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "\"\n\"",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "{} {}",
                "nul",
                "True",
                "NaN",
                "'a'",
                "[1}"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected ");
    }

    @Test
    void aTextThatNestsWithoutEndIsRefusedBeforeTheStackEnds() {
        assertThatThrownBy(() -> Json.read("[".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 32 levels");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        RandomGenerator random = Seeds.random("whatIsWrittenIsReadBack");
        for (int round = 0; round < ROUNDS; round++) {
            Object value = value(random, 0);
            assertThat(Json.read(text(value))).isEqualTo(value);
        }
    }

    @Test
    void noTextDoesAnythingElseThanBeReadOrRefused() {
        RandomGenerator random = Seeds.random("noTextDoesAnythingElseThanBeReadOrRefused");
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder(text(value(random, 0)));
            text.setCharAt(random.nextInt(text.length()), "{}[]\",:\\0e-tn ".charAt(random.nextInt(14)));
            try {
                Json.read(text.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("expected ");
            }
        }
    }

    private static Object value(RandomGenerator random, int depth) {
        return switch (random.nextInt(depth < 4 ? 5 : 3)) {
            case 0 -> random.nextBoolean();
            case 1 -> (double) random.nextInt();
            case 2 -> string(random);
            case 3 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(string(random), value(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String string(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(0xD800)));
        }
        return text.toString();
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> Json.quoted(text);
            case List<?> list ->
                "[" + String.join(",", list.stream().map(JsonTest::text).toList()) + "]";
            case Map<?, ?> map ->
                "{"
                        + String.join(
                                ",",
                                map.entrySet().stream()
                                        .map(each -> text(each.getKey()) + ":" + text(each.getValue()))
                                        .toList())
                        + "}";
            default -> value.toString();
        };
    }
}
