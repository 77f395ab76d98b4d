package dev.chaski.bus.kafka;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One producer and one admin client, and a consumer for each subscription. Any thread. */
final class KafkaLink implements Link {
    private static final int ANSWER_LIMIT_MS = 10_000;
    private static final int REQUEST_LIMIT_MS = 5_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final String address;
    private final Map<String, Object> settings;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Topics topics;
    private final Set<KafkaFeed> feeds = ConcurrentHashMap.newKeySet();

    private KafkaLink(String address, Map<String, Object> settings, Admin admin, int partitions, int replicas) {
        this.address = address;
        this.settings = settings;
        this.admin = admin;
        this.topics = new Topics(admin, partitions, replicas);
        Map<String, Object> wanted = new HashMap<>(settings);
        wanted.put(ProducerConfig.ACKS_CONFIG, "all");
        wanted.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_LIMIT_MS);
        wanted.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ANSWER_LIMIT_MS);
        wanted.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_LIMIT_MS);
        wanted.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer = new KafkaProducer<>(wanted, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static KafkaLink open(String address, Map<String, Object> settings, int partitions, int replicas) {
        Map<String, Object> wanted = new HashMap<>(settings);
        wanted.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_LIMIT_MS);
        wanted.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_LIMIT_MS);
        Admin admin;
        try {
            admin = Admin.create(wanted);
        } catch (KafkaException e) {
            throw new BusException("no Kafka can be reached at " + address + ": " + text(e), e);
        }
        try {
            Topics.await(admin.describeCluster().clusterId());
            return new KafkaLink(address, settings, admin, partitions, replicas);
        } catch (KafkaException e) {
            admin.close(CLOSE_LIMIT);
            throw new BusException("no Kafka answers at " + address + ": " + text(e), e);
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void publish(String topic, Message message) {
        String name = KafkaNames.topic(topic);
        try {
            topics.ensure(name);
            producer.send(KafkaMessages.encode(name, message)).get(2L * ANSWER_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            topics.forget(name);
            throw new BusException("not published to " + topic + ": " + text(e), e);
        } catch (KafkaException | TimeoutException e) {
            topics.forget(name);
            throw new BusException("not published to " + topic + ": " + text(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusException("interrupted while publishing to " + topic, e);
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        String name = KafkaNames.topic(topic);
        try {
            topics.ensure(name);
            Source source = options.isBroadcast()
                    ? LogSource.open(settings, topics, name, options)
                    : ShareSource.open(settings, topics, name, options);
            KafkaFeed feed = new KafkaFeed(topic, options, receiver, source);
            feeds.add(feed);
            feed.start();
            return () -> {
                feeds.remove(feed);
                feed.close();
            };
        } catch (KafkaException e) {
            throw new BusException("not subscribed to " + topic + ": " + text(e), e);
        }
    }

    private static String text(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e.toString() : cause.toString();
    }

    @Override
    public void close() {
        feeds.forEach(KafkaFeed::close);
        feeds.clear();
        producer.close(CLOSE_LIMIT);
        admin.close(CLOSE_LIMIT);
    }
}
