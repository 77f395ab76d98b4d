package dev.chaski.bus.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MqttNamesTest {
    @Test
    void aTopicThatMqttTakesIsItself() {
        for (String topic : List.of("orders", "a/b", "/", "a//b/", "tøpic with spaces", "a$b", "a/$b")) {
            assertThat(MqttNames.topic(topic)).isEqualTo(topic);
        }
    }

    @Test
    void whatMqttDoesNotTakeIsEscaped() {
        assertThat(MqttNames.topic("a/+/#/%")).isEqualTo("a/%2b/%23/%25");
        assertThat(MqttNames.topic("$SYS/x")).isEqualTo("%24SYS/x");
        assertThat(MqttNames.topic("/".repeat(101))).isEqualTo("/".repeat(99) + "%2f%2f");
        assertThat(MqttNames.filter("a/b+", "t/u")).isEqualTo("$share/a%2fb%2b/t/u");
        assertThat(MqttNames.filter("", "t/u")).isEqualTo("t/u");
    }
}
