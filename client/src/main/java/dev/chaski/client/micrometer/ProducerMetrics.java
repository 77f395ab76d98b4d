package dev.chaski.client.micrometer;

import dev.chaski.client.Producer;
import dev.chaski.client.ProducerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * Shows a {@link Producer#stats producer's figures} to Micrometer. Any thread; the registry keeps no producer alive that
 * nobody else uses.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>name</th><th>is</th></tr>
 *   <tr><td>{@code chaski.producer.publishes}</td><td>publishes that are over, by {@code result}: {@code acknowledged},
 *       {@code failed}</td></tr>
 *   <tr><td>{@code chaski.producer.resent}</td><td>publishes sent again on another connection</td></tr>
 *   <tr><td>{@code chaski.producer.connections}</td><td>connections made</td></tr>
 *   <tr><td>{@code chaski.producer.connected}</td><td>1 with a connection, 0 without</td></tr>
 *   <tr><td>{@code chaski.producer.unanswered}</td><td>publishes handed over and not answered</td></tr>
 *   <tr><td>{@code chaski.producer.buffered}</td><td>their bytes</td></tr>
 * </table>
 */
public final class ProducerMetrics implements MeterBinder {
    private static final String PREFIX = "chaski.producer.";

    private final Producer producer;
    private final Tags tags;

    /**
     * Shows nothing yet: see {@link #bindTo}.
     *
     * @param producer whose figures
     * @param tags tell it from others; may be empty
     */
    public ProducerMetrics(Producer producer, Iterable<Tag> tags) {
        this.producer = producer;
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter("publishes", "Publishes that are over", ProducerStats::acknowledged)
                .tag("result", "acknowledged")
                .register(registry);
        counter("publishes", "Publishes that are over", ProducerStats::failed)
                .tag("result", "failed")
                .register(registry);
        counter("resent", "Publishes sent again on another connection", ProducerStats::resent)
                .register(registry);
        counter("connections", "Connections made", ProducerStats::connections).register(registry);
        gauge(
                        "connected",
                        "1 with a connection, 0 without",
                        stats -> stats.server().isPresent() ? 1 : 0)
                .register(registry);
        gauge("unanswered", "Publishes handed over and not answered", ProducerStats::unanswered)
                .register(registry);
        gauge("buffered", "Bytes of publishes that are not answered", ProducerStats::bufferedBytes)
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private FunctionCounter.Builder<Producer> counter(
            String name, String description, ToDoubleFunction<ProducerStats> figure) {
        return FunctionCounter.builder(PREFIX + name, producer, from -> figure.applyAsDouble(from.stats()))
                .description(description)
                .tags(tags);
    }

    private Gauge.Builder<Producer> gauge(String name, String description, ToDoubleFunction<ProducerStats> figure) {
        return Gauge.builder(PREFIX + name, producer, from -> figure.applyAsDouble(from.stats()))
                .description(description)
                .tags(tags);
    }
}
