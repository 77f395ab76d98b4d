package dev.chaski.bus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KafkaNamesTest {
    @Test
    void aTopicThatKafkaTakesIsItself() {
        for (String topic : List.of("orders", "orders.created", "a_b-c", "x".repeat(249))) {
            assertThat(KafkaNames.topic(topic)).isEqualTo(topic);
        }
    }

    @Test
    void whatKafkaDoesNotTakeIsEscaped() {
        assertThat(KafkaNames.topic("a/b_ø")).isEqualTo("bus.x-a_2Fb_5F_C3_B8");
        assertThat(KafkaNames.topic(".")).isEqualTo("bus.x-.");
        assertThat(KafkaNames.topic("__consumer_offsets")).isEqualTo("bus.x-_5F_5Fconsumer_5Foffsets");
        assertThat(KafkaNames.topic("bus.x-.")).isEqualTo("bus.x-bus.x-.");
        assertThat(KafkaNames.topic("x".repeat(250))).hasSize(249).startsWith("bus.x-xxx");
        assertThat(KafkaNames.topic("x".repeat(250))).isNotEqualTo(KafkaNames.topic("x".repeat(251)));
        assertThat(KafkaNames.group("A", "orders")).isEqualTo("A@orders");
    }
}
