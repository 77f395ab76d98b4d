package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One connection, opened when it is needed and again when it is gone. Any thread; one opens it, the others wait. */
final class Connector implements AutoCloseable {
    private final Settings settings;
    private final String name;
    private @Nullable Connection connection;
    private boolean isClosed;

    /**
     * Opens nothing yet.
     *
     * @param name what it is called in RabbitMQ's lists
     */
    Connector(Settings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    synchronized Connection connection() throws IOException, TimeoutException {
        if (isClosed) {
            throw new IOException("the bus is disconnected");
        }
        Connection open = connection;
        if (open == null || !open.isOpen()) {
            open = settings.factory().newConnection(name);
            connection = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (connection != null) {
            connection.abort(CLOSE_LIMIT_MS);
        }
    }

    private static final int CLOSE_LIMIT_MS = 2_000;
}
