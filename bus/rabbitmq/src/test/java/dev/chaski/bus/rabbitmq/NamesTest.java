package dev.chaski.bus.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chaski.bus.BusException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void aRoutingKeyIsTheTopicButForWordsThatStandForOthers() {
        for (String plain : List.of("orders", "a.b c/d.é", "a*.#b.**", "%2A*", "100%.25", "", ".", "%2B")) {
            assertThat(Names.routingKey(plain)).isEqualTo(plain);
        }
        assertThat(Names.routingKey("*.a.#")).isEqualTo("%2A.a.%23");
        assertThat(Names.routingKey("*.*")).isEqualTo("%2A.%2A");
        assertThat(Names.routingKey("%2A.%2523")).isEqualTo("%252A.%252523");
    }

    @Test
    void noTwoTopicsAndQueuesHaveOneName() {
        List<String> parts = List.of("", "a", ":", "a:", ":a", "%3A", "%", "%253A", "all-x", "a:b", "b:c", "c");
        Map<String, String> seen = new HashMap<>();
        for (String queue : parts) {
            for (String topic : parts) {
                assertThat(seen.put(Names.queue(topic, queue), queue + " of " + topic))
                        .isNull();
            }
        }
        List<String> words = List.of("*", "#", "%2A", "%23", "%252A", "%2523", "a", "*.#", "#.*", "%2A.#");
        Map<String, String> keys = new HashMap<>();
        for (String topic : words) {
            assertThat(keys.put(Names.routingKey(topic), topic)).isNull();
        }
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(Names.routingKey("x".repeat(255))).hasSize(255);
        assertThatThrownBy(() -> Names.routingKey("é".repeat(128)))
                .isInstanceOf(BusException.class)
                .hasMessageContaining("256");
        assertThatThrownBy(() -> Names.queue("x".repeat(200), "y".repeat(55))).hasMessageContaining("256");
    }
}
