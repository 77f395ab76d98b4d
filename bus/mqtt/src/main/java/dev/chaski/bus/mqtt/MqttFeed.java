package dev.chaski.bus.mqtt;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Link;
import dev.chaski.bus.Message;
import dev.chaski.bus.SubscribeOptions;
import dev.chaski.bus.Timers;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription, with a connection of its own, so that its receive maximum bounds what is in flight. A virtual thread
 * runs the handler. What should come again waits here and stays unacknowledged.
 */
final class MqttFeed implements Link.Feed, MqttLine.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(MqttFeed.class);
    private static final int QOS = 1;
    /** The server bounds what it sends with QoS 1; with QoS 0 no more comes here than this. */
    private static final int UNBOUNDED_MAX = 10_000;
    /** How long the handler may take for what has arrived when it is unsubscribed. */
    private static final int CLOSE_LIMIT_MS = 1_000;

    private final String topic;
    private final String filter;
    private final int inFlightMax;
    private final Link.Receiver receiver;
    private final MqttLine line;
    private final BlockingQueue<Optional<Held>> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** Guards what follows. */
    private final Object lock = new Object();
    /** What has arrived and is not settled. */
    private final Set<Held> held = new HashSet<>();
    /** Those of them that the server waits for, by the id of the packet. */
    private final Map<Integer, Held> unanswered = new HashMap<>();

    /** Those of them that the handler may not have yet. */
    private final Queue<Held> backlog = new ArrayDeque<>();

    private int inFlight;
    private boolean isSubscribed;
    private boolean isClosed;

    MqttFeed(
            String topic,
            SubscribeOptions options,
            Link.Receiver receiver,
            String server,
            Supplier<MqttConnectionOptions> settings,
            long sessionS) {
        this.topic = topic;
        this.filter = MqttNames.filter(options.queue(), topic);
        this.inFlightMax = options.inFlightMax();
        this.receiver = receiver;
        this.line = new MqttLine(
                server,
                () -> {
                    MqttConnectionOptions wanted = settings.get();
                    wanted.setReceiveMaximum(options.inFlightMax());
                    return wanted;
                },
                sessionS,
                this);
        this.thread = Thread.ofVirtual().name("bus-mqtt-" + topic).unstarted(this::handleAll);
    }

    void open() throws MqttException {
        thread.start();
        line.open();
    }

    @Override
    public void connected(MqttAsyncClient client, boolean isResumed) throws MqttException {
        synchronized (lock) {
            if (isResumed && isSubscribed) {
                return;
            }
            isSubscribed = false;
            // Packets of another session: nobody waits for their answers.
            unanswered.clear();
        }
        MqttLine.await(client.subscribe(new MqttSubscription(filter, QOS)));
        synchronized (lock) {
            isSubscribed = true;
        }
    }

    @Override
    public void arrived(MqttMessage message) {
        synchronized (lock) {
            boolean isAnswered = message.getQos() > 0;
            // The server sends again what it has no answer for; that is still being handled.
            boolean isKnown = isAnswered && message.isDuplicate() && unanswered.containsKey(message.getId());
            if (isClosed || isKnown) {
                return;
            }
            if (!isAnswered && held.size() >= UNBOUNDED_MAX) {
                LOG.error("message with QoS 0 dropped topic={} waiting={}", topic, UNBOUNDED_MAX);
                return;
            }
            Held arrived = new Held(message.getId(), MqttMessages.decode(message));
            held.add(arrived);
            if (isAnswered) {
                unanswered.put(arrived.packet, arrived);
            }
            backlog.add(arrived);
            admit();
        }
    }

    /** Lets the handler have what may be in flight: Mosquitto 2.0 sends one more than the receive maximum allows. */
    private void admit() {
        while (inFlight < inFlightMax && !backlog.isEmpty()) {
            inFlight++;
            waiting.add(Optional.of(backlog.remove()));
        }
    }

    private void handleAll() {
        try {
            for (Optional<Held> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                receiver.receive(next.get().message, next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
        }
        unsubscribe();
        synchronized (lock) {
            if (!thread.equals(Thread.currentThread())) {
                awaitHandled();
            }
            isClosed = true;
            if (!held.isEmpty()) {
                LOG.warn("messages lost topic={} count={}; they were not acknowledged at the end", topic, held.size());
            }
            waiting.clear();
            waiting.add(Optional.empty());
        }
        line.close();
    }

    private void unsubscribe() {
        try {
            line.client().unsubscribe(filter).waitForCompletion(CLOSE_LIMIT_MS);
        } catch (MqttException | BusException e) {
            LOG.debug("not unsubscribed topic={}", topic, e);
        }
    }

    /** Nobody else gets what has arrived here, so its handler gets a little time. */
    private void awaitHandled() {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_LIMIT_MS);
        try {
            while (!held.isEmpty()) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
                if (leftMs <= 0) {
                    return;
                }
                lock.wait(leftMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A message that has arrived. Any thread. */
    private final class Held implements Link.Settlement {
        private final int packet;
        private final Message message;

        Held(int packet, Message message) {
            this.packet = packet;
            this.message = message;
        }

        @Override
        public void ack() {
            boolean isAnswerDue;
            synchronized (lock) {
                held.remove(this);
                inFlight--;
                admit();
                lock.notifyAll();
                isAnswerDue = !isClosed && unanswered.remove(packet, this);
            }
            if (isAnswerDue) {
                answer();
            }
        }

        private void answer() {
            try {
                line.client().messageArrivedComplete(packet, QOS);
            } catch (MqttException e) {
                throw new BusException("MQTT was not told, and sends the message again: " + e.getMessage(), e);
            }
        }

        @Override
        public void requeue(long delayMs) {
            Timers.after(delayMs, () -> {
                synchronized (lock) {
                    if (!isClosed) {
                        waiting.add(Optional.of(this));
                    }
                }
            });
        }
    }
}
