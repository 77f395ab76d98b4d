package dev.chaski.bus.mqtt;

import dev.chaski.bus.BusException;
import dev.chaski.bus.Timers;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection under one name that comes back by itself, each time with a new client of Paho's: its own way back loses
 * what it knows of the session. Any thread; what comes is told by one thread at a time.
 */
final class MqttLine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLine.class);
    static final int ANSWER_LIMIT_MS = 10_000;
    private static final int CLOSE_LIMIT_MS = 1_000;
    private static final int RETRY_FIRST_MS = 100;
    private static final int RETRY_LAST_MS = 5_000;
    private static final int REFUSED = 0x80;
    /** How many messages may be without an answer; servers may allow fewer. */
    private static final int SENDING_MAX = 10;

    /** Hears what happens on the line. */
    interface Listener {
        /**
         * It is connected.
         *
         * @param client to be used until the next time
         * @param isResumed whether the server remembers the subscription and what it had sent
         */
        void connected(MqttAsyncClient client, boolean isResumed) throws MqttException;

        void arrived(MqttMessage message);
    }

    private final String server;
    private final String id = "chaski-bus-" + UUID.randomUUID();
    private final Supplier<MqttConnectionOptions> settings;
    private final long sessionS;
    private final Listener listener;
    private final Object lock = new Object();
    private @Nullable MqttAsyncClient open;
    private boolean isClosed;
    private int retryMs = RETRY_FIRST_MS;
    private int sendingMax = SENDING_MAX;

    MqttLine(String server, Supplier<MqttConnectionOptions> settings, long sessionS, Listener listener) {
        this.server = server;
        this.settings = settings;
        this.sessionS = sessionS;
        this.listener = listener;
    }

    void open() throws MqttException {
        connect(true);
    }

    private void connect(boolean isFirst) throws MqttException {
        MqttConnectionOptions options = settings.get();
        options.setCleanStart(isFirst || sessionS == 0);
        options.setSessionExpiryInterval(sessionS);
        MqttAsyncClient client = new MqttAsyncClient(server, id, new MemoryPersistence());
        try {
            client.setManualAcks(true);
            client.setCallback(new Ears(client));
            IMqttToken connecting = client.connect(options);
            connecting.waitForCompletion(ANSWER_LIMIT_MS);
            listener.connected(client, connecting.getSessionPresent());
            synchronized (lock) {
                if (isClosed || !client.isConnected()) {
                    throw new MqttException(MqttClientException.REASON_CODE_CONNECTION_LOST);
                }
                open = client;
                sendingMax = sendingMax(connecting.getResponseProperties());
                retryMs = RETRY_FIRST_MS;
            }
        } catch (MqttException | RuntimeException e) {
            end(client, false);
            throw e;
        }
    }

    private static int sendingMax(@Nullable MqttProperties answer) {
        Integer serverMax = answer == null ? null : answer.getReceiveMaximum();
        return serverMax == null ? SENDING_MAX : Math.min(serverMax, SENDING_MAX);
    }

    /** How many messages may be without an answer. */
    int sendingMax() {
        synchronized (lock) {
            return sendingMax;
        }
    }

    /** The client of the moment, or an error where the connection is lost. */
    MqttAsyncClient client() {
        synchronized (lock) {
            if (open == null) {
                throw new BusException("the connection to " + server + " is lost; it is tried again");
            }
            return open;
        }
    }

    /** An answer that says no is an error, too. */
    static void await(IMqttToken token) throws MqttException {
        token.waitForCompletion(ANSWER_LIMIT_MS);
        int[] answers = token.getReasonCodes();
        if (answers != null) {
            for (int answer : answers) {
                if (answer >= REFUSED) {
                    throw new MqttException(answer);
                }
            }
        }
    }

    private void lost(MqttAsyncClient client) {
        synchronized (lock) {
            if (!client.equals(open) || isClosed) {
                return;
            }
            open = null;
        }
        LOG.warn("mqtt connection lost server={}; trying again", server);
        Thread.ofVirtual().start(() -> end(client, false));
        Timers.after(RETRY_FIRST_MS, this::connectAgain);
    }

    private void connectAgain() {
        synchronized (lock) {
            if (isClosed) {
                return;
            }
        }
        try {
            connect(false);
            LOG.info("mqtt connection is back server={}", server);
        } catch (MqttException | RuntimeException e) {
            LOG.debug("mqtt connection failed server={}", server, e);
            synchronized (lock) {
                retryMs = Math.min(retryMs * 2, RETRY_LAST_MS);
                Timers.after(retryMs, this::connectAgain);
            }
        }
    }

    /** Says good-bye where that is possible; then the server keeps nothing. */
    private static void end(MqttAsyncClient client, boolean isForGood) {
        try {
            if (isForGood && client.isConnected()) {
                MqttProperties properties = new MqttProperties();
                properties.setSessionExpiryInterval(0L);
                client.disconnect(CLOSE_LIMIT_MS, null, null, 0, properties).waitForCompletion(CLOSE_LIMIT_MS);
            } else if (client.isConnected()) {
                client.disconnectForcibly(0, 0, false);
            }
        } catch (MqttException e) {
            LOG.debug("mqtt connection not ended in order", e);
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            LOG.debug("mqtt client not closed", e);
        }
    }

    @Override
    public void close() {
        MqttAsyncClient client;
        synchronized (lock) {
            isClosed = true;
            client = open;
            open = null;
        }
        if (client != null) {
            end(client, true);
        }
    }

    private final class Ears implements MqttCallback {
        private final MqttAsyncClient client;

        Ears(MqttAsyncClient client) {
            this.client = client;
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            lost(client);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            listener.arrived(message);
        }

        @Override
        public void mqttErrorOccurred(MqttException e) {
            LOG.debug("mqtt error", e);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // Whoever publishes waits for the token.
        }

        @Override
        public void connectComplete(boolean isReconnect, String uri) {
            // connect() waits for the token.
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // No such authentication was asked for.
        }
    }
}
