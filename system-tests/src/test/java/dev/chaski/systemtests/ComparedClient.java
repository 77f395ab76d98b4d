package dev.chaski.systemtests;

import com.sproutsocial.nsq.DirectSubscriber;
import com.sproutsocial.nsq.MessageDataHandler;
import com.sproutsocial.nsq.Publisher;
import com.sun.management.OperatingSystemMXBean;
import dev.chaski.client.Consumer;
import dev.chaski.client.Producer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * One client under measurement, in a JVM of its own: {@link ClientComparison} starts it. Prints one line: messages per
 * second, microseconds of this process's CPU per message, and the median and 99th percentile of a latency in microseconds,
 * each 0 where there is none.
 */
final class ComparedClient {
    private static final String TOPIC = "compare";
    private static final int BODY_BYTES = 200;
    private static final int BATCH = 200;
    private static final int THREADS = 16;
    private static final int IN_FLIGHT = 1_000;
    private static final int PACE_PER_SECOND = 5_000;
    private static final long WARM_UP_NS = 3_000_000_000L;
    private static final long MEASURE_NS = 3_000_000_000L;
    private static final int SAMPLES_MAX = 2_000_000;

    /** What both Java clients can do. */
    private interface Client extends AutoCloseable {
        /** Returns when it is stored. */
        void publish(byte[] body);

        void publishAll(List<byte[]> bodies);

        /** Returns at once, where there is room. */
        void stream(byte[] body);

        void consume(String channel, java.util.function.Consumer<byte[]> handler);

        @Override
        void close();
    }

    private final LongAdder done = new LongAdder();
    private final int[] samplesNs = new int[SAMPLES_MAX];
    private int samples;
    private final Client client;

    private ComparedClient(String name, String address) {
        client = name.equals("chaski") ? new Chaski(address) : new NsqJ(address);
    }

    /** Name of the client, mode, address, channel. */
    public static void main(String[] args) throws Exception {
        ComparedClient measured = new ComparedClient(args[0], args[2]);
        measured.run(args[1], args[3]);
        System.exit(0);
    }

    private void run(String mode, String channel) throws InterruptedException {
        switch (mode) {
            case "publish" -> start(1, this::publishTimed);
            case "publish-16" -> start(THREADS, this::publishOne);
            case "batch" -> start(1, this::publishBatch);
            case "stream" -> start(1, () -> client.stream(new byte[BODY_BYTES]));
            case "consume" -> client.consume(channel, body -> done.increment());
            case "latency" -> {
                client.consume(channel, this::arrived);
                start(1, this::publishPaced);
            }
            default -> throw new IllegalArgumentException(mode);
        }
        measure();
    }

    private void measure() throws InterruptedException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Thread.sleep(WARM_UP_NS / 1_000_000);
        synchronized (samplesNs) {
            samples = 0;
        }
        long doneBefore = done.sum();
        long cpuBefore = system.getProcessCpuTime();
        long startNs = System.nanoTime();
        Thread.sleep(MEASURE_NS / 1_000_000);
        long count = done.sum() - doneBefore;
        long cpuNs = system.getProcessCpuTime() - cpuBefore;
        double seconds = (System.nanoTime() - startNs) / 1e9;
        synchronized (samplesNs) {
            Arrays.sort(samplesNs, 0, samples);
            System.out.printf(
                    Locale.ROOT,
                    "%.0f %.3f %.1f %.1f%n",
                    count / seconds,
                    cpuNs / 1_000.0 / Math.max(1, count),
                    samples == 0 ? 0 : samplesNs[samples / 2] / 1_000.0,
                    samples == 0 ? 0 : samplesNs[(int) (samples * 0.99)] / 1_000.0);
        }
    }

    private static void start(int threads, Runnable step) {
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                while (true) {
                    step.run();
                }
            });
        }
    }

    private void publishOne() {
        client.publish(new byte[BODY_BYTES]);
        done.increment();
    }

    private void publishTimed() {
        long startNs = System.nanoTime();
        publishOne();
        sample(System.nanoTime() - startNs);
    }

    private void publishBatch() {
        List<byte[]> bodies = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
            bodies.add(new byte[BODY_BYTES]);
        }
        client.publishAll(bodies);
        done.add(BATCH);
    }

    private long nextNs = System.nanoTime();

    private void publishPaced() {
        nextNs += 1_000_000_000L / PACE_PER_SECOND;
        long leftNs = nextNs - System.nanoTime();
        if (leftNs > 0) {
            LockSupport.parkNanos(leftNs);
        }
        byte[] body = new byte[BODY_BYTES];
        ByteBuffer.wrap(body).putLong(System.nanoTime());
        client.publish(body);
    }

    private void arrived(byte[] body) {
        done.increment();
        sample(System.nanoTime() - ByteBuffer.wrap(body).getLong());
    }

    private void sample(long ns) {
        synchronized (samplesNs) {
            if (samples < SAMPLES_MAX) {
                samplesNs[samples++] = (int) Math.min(ns, Integer.MAX_VALUE);
            }
        }
    }

    private final class Chaski implements Client {
        private final String address;
        private final Producer producer;
        private Consumer consumer;

        Chaski(String address) {
            this.address = address;
            producer = Producer.of(address);
        }

        @Override
        public void publish(byte[] body) {
            producer.publish(TOPIC, body);
        }

        @Override
        public void publishAll(List<byte[]> bodies) {
            producer.publishAll(TOPIC, bodies);
        }

        @Override
        public void stream(byte[] body) {
            producer.publishAsync(TOPIC, body).whenComplete((nothing, failure) -> done.increment());
        }

        @Override
        public void consume(String channel, java.util.function.Consumer<byte[]> handler) {
            consumer = Consumer.builder(TOPIC, channel)
                    .servers(address)
                    .inFlightMax(IN_FLIGHT)
                    .handler(message -> handler.accept(message.body()))
                    .build();
        }

        @Override
        public void close() {
            producer.close();
            if (consumer != null) {
                consumer.close();
            }
        }
    }

    /** nsq-j's stream says nothing of each message; what it has taken in is counted, which can only be too many. */
    private final class NsqJ implements Client {
        private final String address;
        private final Publisher publisher;

        NsqJ(String address) {
            this.address = address;
            publisher = new Publisher(address);
        }

        @Override
        public void publish(byte[] body) {
            publisher.publish(TOPIC, body);
        }

        @Override
        public void publishAll(List<byte[]> bodies) {
            publisher.publish(TOPIC, bodies);
        }

        @Override
        public void stream(byte[] body) {
            publisher.publishBuffered(TOPIC, body);
            done.increment();
        }

        @Override
        public void consume(String channel, java.util.function.Consumer<byte[]> handler) {
            DirectSubscriber subscriber = new DirectSubscriber(1, address);
            subscriber.setDefaultMaxInFlight(IN_FLIGHT);
            subscriber.subscribe(TOPIC, channel, (MessageDataHandler) handler::accept);
        }

        @Override
        public void close() {
            publisher.stop();
        }
    }
}
