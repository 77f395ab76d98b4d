package dev.chaski.client.micrometer;

import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * Shows a {@link Consumer#stats consumer's figures} to Micrometer. Any thread; the registry keeps no consumer alive that
 * nobody else uses.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>is</th></tr>
 *   <tr><td>{@code chaski.consumer.received}</td><td>deliveries; a message that came twice counts twice</td></tr>
 *   <tr><td>{@code chaski.consumer.settled}</td><td>messages that are over for this consumer, by {@code result}:
 *       {@code finished}, {@code requeued}, {@code left}</td></tr>
 *   <tr><td>{@code chaski.consumer.given.up}</td><td>messages attempted too often, which are finished, too</td></tr>
 *   <tr><td>{@code chaski.consumer.refused}</td><td>finishes, requeues and touches that came too late</td></tr>
 *   <tr><td>{@code chaski.consumer.in.flight}</td><td>messages delivered and not settled</td></tr>
 *   <tr><td>{@code chaski.consumer.connections}</td><td>connections that are subscribed</td></tr>
 *   <tr><td>{@code chaski.consumer.backoff}</td><td>level of the back-off, 0 when all is well</td></tr>
 * </table>
 */
public final class ConsumerMetrics implements MeterBinder {
    private static final String PREFIX = "chaski.consumer.";
    private static final String SETTLED = "Messages that are over for this consumer";

    private final Consumer consumer;
    private final Tags tags;

    /**
     * Shows nothing yet: see {@link #bindTo}.
     *
     * @param consumer whose figures
     * @param tags tell it from others, such as topic and channel; may be empty
     */
    public ConsumerMetrics(Consumer consumer, Iterable<Tag> tags) {
        this.consumer = consumer;
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter("received", "Deliveries", ConsumerStats::received).register(registry);
        counter("settled", SETTLED, ConsumerStats::finished)
                .tag("result", "finished")
                .register(registry);
        counter("settled", SETTLED, ConsumerStats::requeued)
                .tag("result", "requeued")
                .register(registry);
        counter("settled", SETTLED, ConsumerStats::left).tag("result", "left").register(registry);
        counter("given.up", "Messages attempted too often", ConsumerStats::givenUp)
                .register(registry);
        counter("refused", "Finishes, requeues and touches that came too late", ConsumerStats::refusedAnswers)
                .register(registry);
        gauge("in.flight", "Messages delivered and not settled", ConsumerStats::inFlight)
                .register(registry);
        gauge("connections", "Connections that are subscribed", ConsumerStats::connections)
                .register(registry);
        gauge("backoff", "Level of the back-off, 0 when all is well", ConsumerStats::backoffLevel)
                .register(registry);
    }

    private FunctionCounter.Builder<Consumer> counter(
            String name, String description, ToDoubleFunction<ConsumerStats> figure) {
        return FunctionCounter.builder(PREFIX + name, consumer, from -> figure.applyAsDouble(from.stats()))
                .description(description)
                .tags(tags);
    }

    private Gauge.Builder<Consumer> gauge(String name, String description, ToDoubleFunction<ConsumerStats> figure) {
        return Gauge.builder(PREFIX + name, consumer, from -> figure.applyAsDouble(from.stats()))
                .description(description)
                .tags(tags);
    }
}
