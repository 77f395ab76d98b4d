package dev.chaski.bus.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What the client throws, in words. */
final class Failures {
    private Failures() {}

    /** The first message that says something: the client wraps what the server said in exceptions without one. */
    static String reason(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each.getMessage();
            if (message != null && !message.equals(String.valueOf(each.getCause()))) {
                return message;
            }
        }
        return failure.toString();
    }

    /** Whether a connection or channel is gone, so that another may do better. */
    static boolean isInterruption(@Nullable Throwable failure) {
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof AlreadyClosedException
                || failure instanceof ShutdownSignalException;
    }
}
