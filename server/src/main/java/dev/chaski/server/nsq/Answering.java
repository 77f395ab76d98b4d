package dev.chaski.server.nsq;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection's answers in the order of its commands: an error waits for the answers to what was published
 * before it. Confined to the connection's loop.
 */
final class Answering {
    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

    private final Connection client;
    private final ReadGate gate;
    private boolean isFlushScheduled;
    private @Nullable String heldError;
    private @Nullable String failure;

    Answering(Connection client) {
        this.client = client;
        gate = client.gate();
    }

    /** Whether an answer would come before its turn; if so, the command is looked at again when it may come. */
    boolean mustWait() {
        if (client.publishing().unansweredCount() == 0) {
            return false;
        }
        gate.close(ReadGate.ANSWERS);
        return true;
    }

    /** An error that leaves the connection open. */
    void error(String text) {
        if (mustWait()) {
            heldError = text;
        } else {
            client.output().error(text);
        }
    }

    /** An error that ends the connection. */
    void fail(String text) {
        if (client.isClosing() || failure != null) {
            return;
        }
        LOG.debug("client refused client={} error=\"{}\"", client.remoteAddress(), text);
        gate.close(ReadGate.END);
        if (client.publishing().unansweredCount() > 0) {
            failure = text;
        } else {
            refuse(text);
        }
    }

    private void refuse(String text) {
        client.output().error(text);
        client.close();
    }

    /** Everything published was answered: what had to wait for it goes on. */
    void answered() {
        if (heldError != null) {
            client.output().error(heldError);
            heldError = null;
        }
        gate.open(ReadGate.ANSWERS | ReadGate.UNANSWERED);
        if (failure != null) {
            String text = failure;
            failure = null;
            refuse(text);
        }
        client.execute();
    }

    /** Something was written outside of the execution of commands, and more may follow in this turn. */
    void flushSoon() {
        if (!client.executing().isUnderWay() && !isFlushScheduled) {
            isFlushScheduled = true;
            client.home().loop().execute(() -> {
                isFlushScheduled = false;
                client.output().flush();
            });
        }
    }
}
