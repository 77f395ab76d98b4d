package dev.chaski.cli;

import dev.chaski.cli.relay.JsonFilter;
import dev.chaski.cli.relay.Relay;
import dev.chaski.cli.relay.RelayException;
import dev.chaski.client.Consumer;
import dev.chaski.client.ConsumerBuilder;
import dev.chaski.client.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** Carries the messages of consumers on. Handlers on virtual threads; the rest is the command's thread. */
final class RelayRun {
    private final Relay relay;
    private final RelayStatus status;
    private final JsonFilter filter;
    private final double sample;

    /**
     * Made, and not begun.
     *
     * @param sample the share of messages that is carried on, 0 to 1; the others are finished unseen
     */
    RelayRun(Relay relay, RelayStatus status, JsonFilter filter, double sample) {
        this.relay = relay;
        this.status = status;
        this.filter = filter;
        this.sample = sample;
    }

    /** Adds the handler that sends to a topic. */
    ConsumerBuilder handled(ConsumerBuilder builder, String topic, int concurrency) {
        return builder.concurrency(concurrency).manualHandler(message -> handle(topic, message));
    }

    /** Until it is told to end, and what came by then is done. */
    void run(List<ConsumerBuilder> builders, CountDownLatch ended) throws InterruptedException {
        List<Consumer> consumers = new ArrayList<>();
        try (relay) {
            builders.forEach(builder -> consumers.add(builder.build()));
            ended.await();
            List<Thread> closing = consumers.stream()
                    .map(consumer -> Thread.ofVirtual().start(consumer::close))
                    .toList();
            for (Thread each : closing) {
                each.join();
            }
        } finally {
            status.endLine();
        }
    }

    private void handle(String topic, Message message) throws InterruptedException {
        byte[] body =
                sample < 1 && ThreadLocalRandom.current().nextDouble() >= sample ? null : filter.apply(message.body());
        if (body == null) {
            status.leftOut();
            message.finish();
            return;
        }
        long sinceNs = System.nanoTime();
        try {
            relay.send(topic, body);
            message.finish();
            status.sent(System.nanoTime() - sinceNs);
        } catch (RelayException e) {
            message.requeue();
            status.failed(Problem.text(e));
        } catch (InterruptedException e) {
            message.postpone(Duration.ZERO);
            throw e;
        }
    }
}
