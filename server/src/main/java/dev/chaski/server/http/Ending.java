package dev.chaski.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends a connection so that the client gets what it is owed. Confined to the connection's loop. */
final class Ending {
    /** How long what a refused client still sends is read, so that it sees the answer and not a reset. */
    private static final long LINGER_MS = 500;

    private final HttpConnection connection;
    private final SocketChannel channel;
    private boolean isUnderWay;
    private boolean isInputOver;
    private boolean lingers;

    Ending(HttpConnection connection) {
        this.connection = connection;
        channel = connection.channel();
    }

    /** Whether nothing more is taken from the client, nor sent to it than what is being sent. */
    boolean isUnderWay() {
        return isUnderWay;
    }

    /** Whether the client sends nothing more. */
    boolean isInputOver() {
        return isInputOver;
    }

    /** When it ends, what the client still sends is read for a moment. */
    void lingerThen() {
        lingers = true;
    }

    /** Ends the connection once everything written is sent. */
    void end() {
        if (isUnderWay) {
            return;
        }
        isUnderWay = true;
        connection.intake().release();
        connection.output().flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (lingers && channel.isActive()) {
                linger();
            } else {
                channel.close();
            }
        });
        connection.intake().updateReading();
    }

    private void linger() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound();
        }
        connection.home().loop().schedule(channel::close, LINGER_MS);
    }

    /** The client sends nothing more: it gets its answers, and the connection is closed. */
    void inputEnded() {
        isInputOver = true;
        if (connection.streaming().isUnderWay()) {
            channel.close();
        }
        endIfOver();
    }

    void endIfOver() {
        if (isInputOver && !isUnderWay && !connection.isAtWork()) {
            end();
        }
    }

    /** The door closes: without a request it ends at once, else after the answers. */
    void drain() {
        if (connection.streaming().isUnderWay()) {
            end();
            return;
        }
        if (!connection.isAtWork() && !connection.intake().isReading()) {
            end();
        }
    }

    /** The channel is closed. */
    void closed() {
        isUnderWay = true;
        connection.intake().release();
    }
}
