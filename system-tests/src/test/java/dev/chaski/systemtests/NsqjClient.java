package dev.chaski.systemtests;

import com.sproutsocial.nsq.Client;
import com.sproutsocial.nsq.Config;
import com.sproutsocial.nsq.DirectSubscriber;
import com.sproutsocial.nsq.MessageDataHandler;
import com.sproutsocial.nsq.Publisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import org.awaitility.Awaitility;

/** nsq-j as a foreign client. What it consumes is counted under this object's lock, on nsq-j's threads. */
final class NsqjClient implements AutoCloseable {
    private static final int BATCH = 200;
    private static final int IN_FLIGHT = 1000;
    private static final int CHECK_SECS = 1;

    private final String address;
    private final SSLSocketFactory trust;
    private final Config config = new Config();
    private final Map<String, BitSet> seen = new HashMap<>();
    private DirectSubscriber subscriber;
    private int expected;
    private int distinct;
    private int again;
    private long sum;

    NsqjClient(InetSocketAddress broker, String connection, Certificate certificate)
            throws GeneralSecurityException, IOException {
        address = "127.0.0.1:" + broker.getPort();
        List<String> kinds = List.of(connection.split("\\+"));
        config.setTlsV1(kinds.contains("tls"));
        config.setSnappy(kinds.contains("snappy"));
        config.setDeflate(kinds.contains("deflate"));
        trust = certificate.trustingContext().getSocketFactory();
    }

    /** Publishes every line, numbered, in batches that are acknowledged one after another. */
    void publish(String topic, DebianIndex index) throws IOException {
        // A client of its own: to stop a publisher ends its client, too.
        Client client = new Client();
        client.setSSLSocketFactory(trust);
        Publisher publisher = new Publisher(client, address, null);
        publisher.setConfig(config);
        List<byte[]> batch = new ArrayList<>();
        index.forEach("nsqj", line -> {
            batch.add(line);
            if (batch.size() == BATCH) {
                publisher.publish(topic, batch);
                batch.clear();
            }
        });
        if (!batch.isEmpty()) {
            publisher.publish(topic, batch);
        }
        publisher.stop();
    }

    /** Consumes a channel from now on. */
    void subscribe(String topic, String channel, int lines) {
        expected = lines;
        // The subscriber that needs no lookup knows the default client only.
        Client.getDefaultClient().setSSLSocketFactory(trust);
        subscriber = new DirectSubscriber(CHECK_SECS, address);
        subscriber.setConfig(config);
        subscriber.setDefaultMaxInFlight(IN_FLIGHT);
        subscriber.subscribe(topic, channel, (MessageDataHandler) this::take);
    }

    private synchronized void take(byte[] body) {
        int first = indexOf(body, 0);
        int second = indexOf(body, first + 1);
        String publisher = new String(body, 0, first, StandardCharsets.US_ASCII);
        int number = Integer.parseInt(new String(body, first + 1, second - first - 1, StandardCharsets.US_ASCII));
        BitSet marks = seen.computeIfAbsent(publisher, name -> new BitSet());
        if (marks.get(number)) {
            again++;
        } else {
            marks.set(number);
            distinct++;
            sum += DebianIndex.crc(body);
        }
    }

    private static int indexOf(byte[] body, int from) {
        int at = from;
        while (body[at] != ':') {
            at++;
        }
        return at;
    }

    void awaitAll(Duration limit) {
        Awaitility.await()
                .atMost(limit)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> distinct() + again() >= expected || !isProgressing());
    }

    private long lastProgressNs = System.nanoTime();
    private int lastDistinct;

    /** Whether a line came within the last half minute. */
    private synchronized boolean isProgressing() {
        if (distinct != lastDistinct) {
            lastDistinct = distinct;
            lastProgressNs = System.nanoTime();
        }
        return System.nanoTime() - lastProgressNs < Duration.ofSeconds(30).toNanos();
    }

    synchronized int distinct() {
        return distinct;
    }

    synchronized int again() {
        return again;
    }

    synchronized long sum() {
        return sum;
    }

    @Override
    public void close() {
        if (subscriber != null) {
            subscriber.stop();
        }
    }
}
