package dev.chaski.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    @ParameterizedTest
    @CsvSource({
        "'a=1', a, 1",
        "'a=1&a=2', a, 1",
        "'b=2&a=1', a, 1",
        "'a', a, ''",
        "'a=', a, ''",
        "'a=b=c', a, 'b=c'",
        "'aa=1', a, ",
        "'=1', a, ",
        "'', a, ",
        "'&&a=1&', a, 1",
        "'a+b=c+d', 'a b', 'c d'",
        "'%61=%C3%A9', a, é",
        "'a=%2B', a, +",
    })
    void theFirstValueUnderANameIsFound(String query, String name, String value) {
        assertThat(new Query("/x?" + query, 3).get(name)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%1", "a=%zz", "%=a", "a=1;b=2", "a=%2", "a=%g0"})
    void aQueryThatCannotBeReadIsInvalid(String query) {
        assertThat(new Query("/x?" + query, 3).isValid()).isFalse();
    }

    @Test
    void aUriWithoutAQueryHasNone() {
        assertThat(new Query("/x", 2).get("a")).isNull();
        assertThat(new Query("/x?", 3).isValid()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.chaski.server.Seeds#seeds")
    void whateverWasEncodedComesOutAgain(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            StringBuilder query = new StringBuilder("/x?");
            for (int i = random.nextInt(5); i >= 0; i--) {
                names.add(i + text(random));
                values.add(text(random));
                query.append(encoded(names.getLast()))
                        .append('=')
                        .append(encoded(values.getLast()))
                        .append('&');
            }
            Query read = new Query(query.toString(), 3);
            assertThat(read.isValid()).as("seed %d", seed).isTrue();
            for (int i = 0; i < names.size(); i++) {
                assertThat(read.get(names.get(i))).as("seed %d", seed).isEqualTo(values.get(i));
            }
        }
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(6), 1, 0x800)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
