package dev.chaski.server.nsq;

import dev.chaski.server.clients.Client;
import dev.chaski.server.clients.ClientStats;
import dev.chaski.server.loops.Door;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the NSQ door: what Netty tells of its socket, passed on to those who do something about it. Confined to
 * the loop that its channel is registered with, which changes when it subscribes; {@link #stats}, {@link #drain} and
 * {@link #disconnect} may be called from any thread.
 *
 * <p>{@link Executing} takes its commands, {@link Publishing}, {@link Consuming}, {@link Negotiation} and
 * {@link Authorizing} carry them out, {@link Answering} keeps the answers in their order, {@link Vigil} watches the
 * time, {@link Moving} changes the loop, {@link Closing} ends it. They share the connection's owner.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Client, Door.Connected {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Its name in the channel's pipeline. */
    static final String HANDLER = "nsq";

    private final NsqDoor door;
    private final Channel channel;
    private final Input input;
    private final Output output;
    private final ReadGate gate;
    private final Executing executing;
    private final Answering answering;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Negotiation negotiation;
    private final Authorizing authorizing;
    private final Vigil vigil;
    private final Turn turn;
    private final Moving moving;
    private final Closing closing;
    private final String remoteAddress;
    private final long connectSeconds;
    private volatile ClientSettings settings;
    private int turnBytes;

    Connection(NsqDoor door, Channel channel, DoorLoop home) {
        this.door = door;
        this.channel = channel;
        input = new Input(channel.alloc(), door.loops().bodyMemory());
        output = new Output(channel);
        gate = new ReadGate(channel.config());
        executing = new Executing(this);
        answering = new Answering(this);
        publishing = new Publishing(this);
        consuming = new Consuming(this);
        negotiation = new Negotiation(this);
        authorizing = new Authorizing(this);
        vigil = new Vigil(this);
        turn = new Turn(this);
        moving = new Moving(this, home);
        closing = new Closing(this);
        remoteAddress = addressText(channel.remoteAddress());
        connectSeconds = door.nowSeconds();
        settings = ClientSettings.initial(remoteIp(), door.config().limits());
    }

    // Its parts.

    NsqDoor door() {
        return door;
    }

    NsqLimits limits() {
        return door.config().limits();
    }

    Channel channel() {
        return channel;
    }

    Input input() {
        return input;
    }

    Output output() {
        return output;
    }

    ReadGate gate() {
        return gate;
    }

    Executing executing() {
        return executing;
    }

    Answering answering() {
        return answering;
    }

    Publishing publishing() {
        return publishing;
    }

    Consuming consuming() {
        return consuming;
    }

    Negotiation negotiation() {
        return negotiation;
    }

    Authorizing authorizing() {
        return authorizing;
    }

    Vigil vigil() {
        return vigil;
    }

    Moving moving() {
        return moving;
    }

    Closing closing() {
        return closing;
    }

    ClientSettings settings() {
        return settings;
    }

    /** Where the client is, with its port. */
    String remoteAddress() {
        return remoteAddress;
    }

    /** Where the client is, without its port. */
    String remoteIp() {
        SocketAddress address = channel.remoteAddress();
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : remoteAddress;
    }

    // What commands ask for most.

    DoorLoop home() {
        return moving.home();
    }

    void execute() {
        executing.execute();
    }

    /** An error that leaves the connection open, after the answers to what was published before. */
    void error(String text) {
        answering.error(text);
    }

    /** An error that ends the connection, after the answers to what was published before. */
    void fail(String text) {
        answering.fail(text);
    }

    boolean mustWaitForAnswers() {
        return answering.mustWait();
    }

    /** What the client is told where its input ends within the command that is being read. */
    void endOfInputError(String error) {
        executing.endOfInputError(error);
    }

    boolean isClosing() {
        return closing.isUnderWay();
    }

    /** Sends what is to be sent and closes. */
    void close() {
        closing.close();
    }

    /** What was agreed on changes: deadlines count from now. */
    void settle(ClientSettings agreed) {
        settings = agreed;
        vigil.restart();
    }

    // What Netty tells.

    @Override
    public void open() {
        channel.pipeline().addLast(HANDLER, this);
        vigil.restart();
        door.clients().add(this);
        channel.closeFuture().addListener(gone -> closing.closed());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf received = (ByteBuf) message;
        vigil.heard();
        turnBytes += received.readableBytes();
        if (isClosing()) {
            received.release();
            return;
        }
        turn.take(received.readableBytes());
        try {
            input.add(received);
        } catch (OutOfRoom e) {
            fail(OutOfRoom.TEXT);
            return;
        }
        execute();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        consuming.pace(turnBytes);
        turnBytes = 0;
        turn.end();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            vigil.mustRead();
            if (!consuming.isSubscribed() || publishing.hasPublished()) {
                gate.close(ReadGate.UNREAD);
            }
            return;
        }
        gate.open(ReadGate.UNREAD);
        consuming.resume();
        execute();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            closing.inputEnded();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (isOfTheNetwork(cause)) {
            LOG.debug("connection broken client={} error=\"{}\"", remoteAddress, cause.toString());
        } else {
            LOG.error("connection closed after an unexpected error client={}", remoteAddress, cause);
        }
        channel.close();
    }

    private static boolean isOfTheNetwork(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof UncheckedIOException
                || cause instanceof DecoderException;
    }

    // What others may ask from any thread.

    /** Answers what was received, sends it and closes. */
    @Override
    public void drain() {
        moving.onLoop(closing::drain);
    }

    /** Closes at once. */
    @Override
    public void disconnect() {
        channel.close();
    }

    @Override
    public ClientStats stats() {
        return ConnectionStats.of(this, remoteAddress, connectSeconds);
    }

    private static String addressText(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return String.valueOf(address);
        }
        String ip = inet.getAddress().getHostAddress();
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + inet.getPort();
    }
}
