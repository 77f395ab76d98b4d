package dev.chaski.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.chaski.client.micrometer.ConsumerMetrics;
import dev.chaski.client.micrometer.ProducerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Micrometer shows of a producer and a consumer that did something. */
@Timeout(30)
class MetricsTest {
    private static final Tags TAGS = Tags.of("topic", "orders");

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private double counted(String name, String... tags) {
        return registry.get(name).tags(TAGS.and(tags)).functionCounter().count();
    }

    private double shown(String name) {
        return registry.get(name).tags(TAGS).gauge().value();
    }

    @Test
    void aProducersPublishesAndItsConnectionAreShown() throws Exception {
        FakeNsqd.Script script = session -> {
            session.expect("PUB");
            session.ok();
            session.expect("PUB");
            session.error("E_PUB_FAILED not today");
            session.expect("PUB");
            session.drain();
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Producer producer = Producer.builder()
                        .hosts(server.address())
                        .closeTimeout(Duration.ZERO)
                        .build()) {
            new ProducerMetrics(producer, TAGS).bindTo(registry);
            producer.publish("orders", "one".getBytes(UTF_8));
            assertThatThrownBy(() -> producer.publish("orders", "two".getBytes(UTF_8)))
                    .isInstanceOf(ServerErrorException.class);
            assertThat(counted("chaski.producer.publishes", "result", "acknowledged"))
                    .isOne();
            assertThat(counted("chaski.producer.publishes", "result", "failed")).isOne();
            assertThat(counted("chaski.producer.resent")).isZero();
            assertThat(counted("chaski.producer.connections")).isOne();
            assertThat(shown("chaski.producer.connected")).isOne();
            assertThat(shown("chaski.producer.unanswered")).isZero();
            producer.publishAsync("orders", "three".getBytes(UTF_8));
            assertThat(shown("chaski.producer.unanswered")).isOne();
            assertThat(shown("chaski.producer.buffered")).isEqualTo("PUB orders\n".length() + 4 + "three".length());
        }
        assertThat(shown("chaski.producer.connected")).isZero();
    }

    @Test
    void aConsumersMessagesAndItsStateAreShown() throws Exception {
        FakeNsqd.Script script = session -> {
            session.expect("SUB");
            session.ok();
            session.expect("RDY");
            session.message("0123456789abcde0", 1, "finish");
            session.message("0123456789abcde1", 1, "postpone");
            session.message("0123456789abcde2", 9, "too often");
            session.message("0123456789abcde3", 1, "hold");
            session.drain();
        };
        try (FakeNsqd server = new FakeNsqd(script);
                Consumer consumer = Consumer.builder("orders", "billing")
                        .servers(server.address())
                        .inFlightMax(10)
                        .closeTimeout(Duration.ZERO)
                        .manualHandler(message -> {
                            switch (message.text()) {
                                case "finish" -> message.finish();
                                case "postpone" -> message.postpone(Duration.ofSeconds(1));
                                default -> assertThat(message.text()).isEqualTo("hold");
                            }
                        })
                        .build()) {
            new ConsumerMetrics(consumer, TAGS).bindTo(registry);
            await().until(() -> counted("chaski.consumer.received") == 4);
            await().until(() -> counted("chaski.consumer.settled", "result", "requeued") == 1);
            await().until(() -> counted("chaski.consumer.settled", "result", "finished") == 2);
            assertThat(counted("chaski.consumer.settled", "result", "left")).isZero();
            assertThat(counted("chaski.consumer.given.up")).isOne();
            assertThat(counted("chaski.consumer.refused")).isZero();
            assertThat(shown("chaski.consumer.in.flight")).isOne();
            assertThat(shown("chaski.consumer.connections")).isOne();
            assertThat(shown("chaski.consumer.backoff")).isZero();
        }
    }

    @Test
    void severalAreToldApartByTheirTags() throws Exception {
        try (FakeNsqd server = new FakeNsqd(session -> session.drain());
                Producer first = Producer.of(server.address());
                Producer second = Producer.of(server.address())) {
            new ProducerMetrics(first, Tags.of("name", "first")).bindTo(registry);
            new ProducerMetrics(second, Tags.of("name", "second")).bindTo(registry);
            assertThat(List.of("first", "second"))
                    .allMatch(name -> registry.find("chaski.producer.resent")
                                    .tag("name", name)
                                    .functionCounter()
                            != null);
        }
    }
}
