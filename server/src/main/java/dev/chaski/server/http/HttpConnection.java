package dev.chaski.server.http;

import dev.chaski.server.loops.Door;
import dev.chaski.server.tls.Certificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP connection: what Netty tells of its socket, passed on to those who do something about it. Takes requests in
 * order and answers them in order. Confined to its loop, but for {@link #drain} and {@link #disconnect}.
 *
 * <p>{@link Intake} takes requests when their turn has come, {@link Answers} keeps what is answered in its order,
 * {@link Output} sends it, {@link Errands} runs what must not be run on the loop, {@link Streaming} sends events,
 * {@link Ending} ends it. They share the connection's owner.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Door.Connected {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    private final HttpDoor door;
    private final HttpLoop home;
    private final SocketChannel channel;
    private final Patience patience;
    private final Output output;
    private final Answers answers;
    private final Errands errands;
    private final Ending ending;
    private final Intake intake;
    private final Streaming streaming;

    HttpConnection(HttpDoor door, HttpLoop home, SocketChannel channel) {
        this.door = door;
        this.home = home;
        this.channel = channel;
        patience = new Patience(door.limits().timeouts());
        output = new Output(channel, home);
        answers = new Answers(this);
        errands = new Errands(this);
        ending = new Ending(this);
        intake = new Intake(this);
        streaming = new Streaming(this);
    }

    // Its parts.

    HttpDoor door() {
        return door;
    }

    HttpLoop home() {
        return home;
    }

    SocketChannel channel() {
        return channel;
    }

    Output output() {
        return output;
    }

    Answers answers() {
        return answers;
    }

    Errands errands() {
        return errands;
    }

    Ending ending() {
        return ending;
    }

    Intake intake() {
        return intake;
    }

    Streaming streaming() {
        return streaming;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Whether a request was taken, in part or whole, and is not answered. */
    boolean isAtWork() {
        return isWaitingForUs() || !intake.isEmpty();
    }

    private boolean isWaitingForUs() {
        return errands.isUnderWay() || streaming.isUnderWay() || !answers.isEmpty();
    }

    // What Netty tells.

    @Override
    public void open() {
        Certificates certificates = door.config().certificates();
        if (certificates != null) {
            channel.pipeline().addLast(certificates.context().newHandler(channel.alloc()));
        }
        channel.pipeline().addLast(intake.decoder(), this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        home.add(this);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        patience.active();
        if (message instanceof HttpObject part) {
            intake.add(part);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        intake.updateReading();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        intake.resume();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete) {
            ending.inputEnded();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ending.closed();
        streaming.closed();
        output.release();
        answers.release();
        home.remove(this);
        door.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("connection closed client={} error=\"{}\"", channel.remoteAddress(), cause.toString());
        } else {
            LOG.error("connection closed after a failure client={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    // What others ask.

    /** Once a second: closes a client that takes too long. */
    void watch() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long unsent = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        boolean isWaitingForUs = isWaitingForUs();
        boolean isReceiving = !isWaitingForUs && intake.isReceiving();
        String reason = patience.runsOut(isWaitingForUs, isReceiving, intake.bodyBytes(), unsent);
        if (reason != null) {
            LOG.debug("connection closed, {} client={}", reason, channel.remoteAddress());
            channel.close();
        }
    }

    /** The door closes: a connection without a request ends at once, the others after their answers. */
    @Override
    public void drain() {
        home.loop().execute(ending::drain);
    }

    @Override
    public void disconnect() {
        channel.close();
    }
}
