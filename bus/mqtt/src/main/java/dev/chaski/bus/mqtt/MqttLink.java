package dev.chaski.bus.mqtt;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** One connection that publishes, and one for each subscription. Any thread. */
final class MqttLink implements Link, MqttLine.Listener {
    private static final int LOOK_MS = 1;

    private final String address;
    private final String server;
    private final Supplier<MqttConnectionOptions> settings;
    private final long sessionS;
    private final MqttLine line;
    private final ReentrantLock sending = new ReentrantLock(true);
    private final Set<MqttFeed> feeds = ConcurrentHashMap.newKeySet();

    MqttLink(String address, String server, Supplier<MqttConnectionOptions> settings, long sessionS) {
        this.address = address;
        this.server = server;
        this.settings = settings;
        this.sessionS = sessionS;
        // What is unanswered when the connection is lost fails: nobody sends it again behind its publisher's back.
        this.line = new MqttLine(server, settings, 0, this);
    }

    void open() {
        try {
            line.open();
        } catch (MqttException | IllegalArgumentException e) {
            throw new BusException("no MQTT 5 answers at " + address + ": " + text(e), e);
        }
    }

    @Override
    public void connected(MqttAsyncClient client, boolean isResumed) {
        // It publishes only.
    }

    @Override
    public void arrived(MqttMessage message) {
        // It subscribes to nothing.
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void publish(String topic, Message message) {
        MqttMessage encoded = MqttMessages.encode(message);
        try {
            MqttLine.await(send(topic, encoded));
        } catch (MqttException | IllegalArgumentException e) {
            throw new BusException("not published to " + topic + ": " + text(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusException("interrupted while publishing to " + topic, e);
        }
    }

    /**
     * Waits until Paho has room. Where it has none it fails, but counts the topic among those that the server knows by a
     * number, and the next message would be refused; and it counts an answered message as open for a moment longer.
     */
    private IMqttToken send(String topic, MqttMessage message) throws MqttException, InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MqttLine.ANSWER_LIMIT_MS);
        sending.lockInterruptibly();
        try {
            MqttAsyncClient client = line.client();
            while (client.getInFlightMessageCount() >= line.sendingMax()) {
                if (System.nanoTime() - endNs > 0) {
                    throw new BusException("not published to " + topic + ": the server does not answer in time");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
            return client.publish(MqttNames.topic(topic), message);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public Feed subscribe(String topic, SubscribeOptions options, Receiver receiver) {
        MqttFeed feed = new MqttFeed(topic, options, receiver, server, settings, sessionS);
        try {
            feed.open();
        } catch (MqttException | IllegalArgumentException e) {
            feed.close();
            throw new BusException("not subscribed to " + topic + ": " + text(e), e);
        }
        feeds.add(feed);
        return () -> {
            feeds.remove(feed);
            feed.close();
        };
    }

    private static String text(Exception e) {
        String cause = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
        String code = e instanceof MqttException mqtt ? " [reason code " + mqtt.getReasonCode() + "]" : "";
        return e.getMessage() + cause + code;
    }

    @Override
    public void close() {
        feeds.forEach(MqttFeed::close);
        feeds.clear();
        line.close();
    }
}
