package dev.chaski.bus.nats;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import java.io.IOException;

/**
 * Makes streams as they are wanted.
 *
 * @param connection of all of them
 * @param jetStream publishes
 * @param management makes and looks
 * @param pendingMax how many messages a topic may keep
 * @param replicas how many servers keep each
 */
record TopicStreams(
        Connection connection, JetStream jetStream, JetStreamManagement management, int pendingMax, int replicas) {
    TopicStreams(Connection connection, JetStreamOptions limits, int pendingMax, int replicas) throws IOException {
        this(connection, connection.jetStream(limits), connection.jetStreamManagement(limits), pendingMax, replicas);
    }

    TopicStream of(String topic) {
        return new TopicStream(topic, this);
    }
}
