package dev.chaski.bus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NatsNamesTest {
    @Test
    void aTopicThatNatsTakesIsItsSubject() {
        for (String topic : List.of("orders", "orders.created", "a/b_c-d:$e", "x.$y")) {
            assertThat(NatsNames.subject(topic)).isEqualTo(topic);
        }
    }

    @Test
    void whatNatsDoesNotTakeIsEscaped() {
        assertThat(NatsNames.subject("a b.*.>.%.ø")).isEqualTo("a%20b.%2A.%3E.%25.%C3%B8");
        assertThat(NatsNames.subject("$JS.API")).isEqualTo("%24JS.API");
        assertThat(NatsNames.subject("_INBOX.x")).isEqualTo("%5FINBOX.x");
        assertThat(NatsNames.subject(".a..b.")).isEqualTo("%2Ea.%2Eb%2E");
        assertThat(NatsNames.subject(".")).isEqualTo("%2E");
        assertThat(NatsNames.stream("a.b/c")).isEqualTo("bus-a=2Eb=2Fc");
    }

    @Test
    void differentTopicsHaveDifferentNames() {
        List<String> topics =
                List.of(".", "..", "...", "a.", "a..", ".a", "%2E", "=2E", "a%2E", "x".repeat(300), "x".repeat(301));
        Set<String> subjects = new HashSet<>();
        Set<String> streams = new HashSet<>();
        for (String topic : topics) {
            assertThat(subjects.add(NatsNames.subject(topic))).as(topic).isTrue();
            assertThat(streams.add(NatsNames.stream(topic))).as(topic).isTrue();
            assertThat(NatsNames.stream(topic)).hasSizeLessThanOrEqualTo(200);
            assertThat(NatsNames.subject(topic).split("\\.", -1)).doesNotContain("");
        }
    }
}
