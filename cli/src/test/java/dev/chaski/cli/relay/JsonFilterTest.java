package dev.chaski.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which messages pass, and what of them. */
class JsonFilterTest {
    private static @Nullable String filtered(JsonFilter filter, String body) {
        byte[] left = filter.apply(body.getBytes(StandardCharsets.UTF_8));
        return left == null ? null : new String(left, StandardCharsets.UTF_8);
    }

    @Test
    void withoutConditionsAllPassesAsItIs() {
        assertThat(filtered(new JsonFilter(null, null, List.of()), "no { json")).isEqualTo("no { json");
    }

    @Test
    void aFieldMayBeRequired() {
        JsonFilter filter = new JsonFilter("kind", null, List.of());
        assertThat(filtered(filter, "{ \"kind\": null }")).isEqualTo("{ \"kind\": null }");
        assertThat(filtered(filter, "{\"other\":1}")).isNull();
        assertThat(filtered(filter, "[\"kind\"]")).isNull();
        assertThat(filtered(filter, "kind")).isNull();
        assertThat(filtered(filter, "")).isNull();
    }

    @Test
    void itsValueMayBeRequired() {
        JsonFilter text = new JsonFilter("kind", "a", List.of());
        assertThat(filtered(text, "{\"kind\":\"a\"}")).isNotNull();
        assertThat(filtered(text, "{\"kind\":\"b\"}")).isNull();
        assertThat(filtered(text, "{\"kind\":{}}")).isNull();
        JsonFilter number = new JsonFilter("n", "1.50", List.of());
        assertThat(filtered(number, "{\"n\":1.5}")).isNotNull();
        assertThat(filtered(number, "{\"n\":\"1.50\"}")).isNotNull();
        assertThat(filtered(number, "{\"n\":15}")).isNull();
        assertThat(filtered(new JsonFilter("ok", "true", List.of()), "{\"ok\":true}"))
                .isNotNull();
    }

    @Test
    void onlySomeFieldsMayPass() {
        JsonFilter filter = new JsonFilter(null, null, List.of("b", "a", "missing"));
        assertThat(filtered(filter, "{\"a\":12345678901234567890,\"c\":1,\"b\":{\"x\":0.10}}"))
                .isEqualTo("{\"b\":{\"x\":0.10},\"a\":12345678901234567890}");
    }
}
