package dev.chaski.server.nsq;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;

/** Ends a connection so that the client gets what it is owed. Confined to the connection's loop. */
final class Closing {
    private final Connection client;
    private final Channel channel;
    private boolean isUnderWay;
    private boolean isInputEnded;

    Closing(Connection client) {
        this.client = client;
        channel = client.channel();
    }

    /** Whether nothing more is taken from the client, nor sent to it than what is being sent. */
    boolean isUnderWay() {
        return isUnderWay;
    }

    /**
     * Sends what is to be sent and closes. Where the client may still be sending, its bytes are read and dropped for a
     * moment: closing with bytes unread makes the system throw away what was sent, the error that tells why among it.
     */
    void close() {
        if (isUnderWay) {
            return;
        }
        begin();
        client.vigil().mustRead();
        client.output().flush();
        boolean mayLinger = !isInputEnded && !client.negotiation().isEncrypted() && channel instanceof DuplexChannel;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) sent -> {
            if (sent.isSuccess() && mayLinger) {
                linger((DuplexChannel) channel);
            } else {
                channel.close();
            }
        });
    }

    private void begin() {
        isUnderWay = true;
        client.gate().close(ReadGate.END);
        client.consuming().unsubscribe();
        client.input().release();
    }

    private void linger(DuplexChannel duplex) {
        client.vigil().linger();
        duplex.shutdownOutput();
        duplex.config().setAutoRead(true);
    }

    /** The client sends nothing more. */
    void inputEnded() {
        isInputEnded = true;
        if (isUnderWay) {
            channel.close();
        } else {
            client.execute();
        }
    }

    /** Where the client sends nothing more: it gets its answers, and the connection is closed. */
    void endInput() {
        if (!isInputEnded
                || isUnderWay
                || client.publishing().unansweredCount() > 0
                || !client.gate().isExecuting()
                || client.gate().isClosed(ReadGate.TURN)) {
            return;
        }
        String error = client.executing().endOfInputError();
        if (!error.isEmpty() && !client.input().isEmpty()) {
            client.fail(error);
        } else {
            close();
        }
    }

    /** Closes when what was received is answered: nothing more is read, nothing more delivered. */
    void drain() {
        client.consuming().stop();
        client.gate().close(ReadGate.END);
        if (client.publishing().unansweredCount() == 0) {
            close();
        } else {
            client.publishing().closeWhenAnswered();
        }
    }

    /**
     * The channel is closed. Told by its future, since Netty says nothing of one that is closed on its way to another
     * loop.
     */
    void closed() {
        begin();
        client.output().release();
        client.vigil().end();
        client.door().gone(client);
    }
}
