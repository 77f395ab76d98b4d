package dev.chaski.server.lookup;

import dev.chaski.server.loops.Door;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the lookup door: its bytes made into commands for its {@link Session}, and the answers into bytes.
 * Confined to its channel's loop, but for {@link #drain} and {@link #disconnect}.
 */
final class LookupConnection extends ChannelInboundHandlerAdapter implements Door.Connected {
    private static final Logger LOG = LoggerFactory.getLogger(LookupConnection.class);
    private static final byte[] MAGIC = "  V1".getBytes(StandardCharsets.US_ASCII);
    /** How long what a refused client still sends is read, so that it sees the answer and not a reset. */
    private static final long LINGER_MS = 500;

    /** What comes next. */
    private enum Expected {
        MAGIC,
        LINE,
        BODY_SIZE,
        BODY,
        /** Nothing that matters: the connection ends. */
        NOTHING
    }

    private final LookupDoor door;
    private final SocketChannel channel;
    private final Input input;
    private final Session session;
    private Expected expected = Expected.MAGIC;
    private int bodyBytes;
    private boolean isHeard;
    private @Nullable ScheduledFuture<?> vigil;
    private @Nullable ScheduledFuture<?> stall;

    LookupConnection(LookupDoor door, SocketChannel channel) {
        this.door = door;
        this.channel = channel;
        input = new Input(channel.alloc(), door.bodyMemory());
        session = new Session(door.directory(), text(channel.remoteAddress()));
    }

    private static String text(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
    }

    @Override
    public void open() {
        // A host that lost its power says nothing: the system finds out.
        channel.config().setKeepAlive(true);
        channel.pipeline().addLast(this);
        watch();
    }

    // What Netty tells.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf received = (ByteBuf) message;
        if (expected == Expected.NOTHING) {
            received.release();
            return;
        }
        input.add(received);
        try {
            takeAll();
        } catch (Refusal e) {
            fail(e.text());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        channel.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            if (stall != null) {
                stall.cancel(false);
                stall = null;
            }
        } else if (stall == null) {
            stall = later(this::stalled, door.config().patience().stallMs());
        }
        // A client that reads no answers is asked nothing more. Where it has ended its side there is nothing to read.
        if (!channel.isInputShutdown()) {
            channel.config().setAutoRead(channel.isWritable());
        }
    }

    private void stalled() {
        LOG.debug("lookup connection closed, it reads no answers client={}", channel.remoteAddress());
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void inputEnded() {
        switch (expected) {
            case BODY_SIZE -> fail(Refusal.badBody("failed to read body size").text());
            case BODY -> fail(Refusal.badBody("failed to read body").text());
            case MAGIC, LINE, NOTHING -> {
                // All that was whole is answered.
            }
        }
        end();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over();
        if (vigil != null) {
            vigil.cancel(false);
        }
        if (stall != null) {
            stall.cancel(false);
        }
        door.gone(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("lookup connection broken client={} error=\"{}\"", channel.remoteAddress(), cause.toString());
        } else {
            LOG.error("lookup connection closed after a failure client={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    // Taking commands.

    private void takeAll() throws Refusal {
        boolean isTaken = true;
        while (isTaken) {
            isTaken = switch (expected) {
                case MAGIC -> takeMagic();
                case LINE -> takeLine();
                case BODY_SIZE -> takeBodySize();
                case BODY -> takeBody();
                case NOTHING -> false;
            };
        }
    }

    private boolean takeMagic() {
        byte[] magic = input.take(MAGIC.length);
        if (magic == null) {
            return false;
        }
        if (!Arrays.equals(magic, MAGIC)) {
            fail("E_BAD_PROTOCOL");
            return false;
        }
        expected = Expected.LINE;
        return true;
    }

    private boolean takeLine() throws Refusal {
        String line = input.takeLine();
        if (line == null) {
            return false;
        }
        isHeard = true;
        if (Session.wantsBody(line)) {
            session.expectBody();
            expected = Expected.BODY_SIZE;
        } else {
            answer(session.execute(line).getBytes(StandardCharsets.ISO_8859_1));
        }
        return true;
    }

    private boolean takeBodySize() throws Refusal {
        byte[] size = input.take(Integer.BYTES);
        if (size == null) {
            return false;
        }
        bodyBytes = ByteBuffer.wrap(size).getInt();
        if (bodyBytes < 0) {
            throw Refusal.badBody("invalid body size " + bodyBytes);
        }
        if (bodyBytes > Input.BODY_BYTES_MAX) {
            throw Refusal.badBody("body too big " + bodyBytes + " > " + Input.BODY_BYTES_MAX);
        }
        if (!input.reserve(bodyBytes)) {
            throw Refusal.badBody("there is no memory for the body");
        }
        expected = Expected.BODY;
        return true;
    }

    private boolean takeBody() throws Refusal {
        byte[] body = input.take(bodyBytes);
        if (body == null) {
            return false;
        }
        input.unreserve();
        session.identify(body);
        answer(door.config().self().get().json());
        expected = Expected.LINE;
        return true;
    }

    // Answering and ending.

    private void answer(byte[] data) {
        ByteBuf frame = channel.alloc().buffer(Integer.BYTES + data.length);
        frame.writeInt(data.length).writeBytes(data);
        channel.write(frame, channel.voidPromise());
    }

    private void fail(String error) {
        LOG.debug("lookup client refused client={} error=\"{}\"", channel.remoteAddress(), error);
        answer(error.getBytes(StandardCharsets.ISO_8859_1));
        end();
    }

    /** Sends what is to be sent, and closes; what still comes is read for a moment and dropped. */
    private void end() {
        over();
        channel.writeAndFlush(channel.alloc().buffer(0)).addListener(sent -> {
            if (sent.isSuccess() && !channel.isInputShutdown()) {
                channel.shutdownOutput();
                later(channel::close, LINGER_MS);
            } else {
                channel.close();
            }
        });
    }

    private void over() {
        expected = Expected.NOTHING;
        input.release();
        session.end();
    }

    /** Looks now and then whether somebody who owes us something has said anything. */
    private void watch() {
        vigil = later(
                () -> {
                    boolean owes = !session.isIdentified() || !input.isEmpty() || expected != Expected.LINE;
                    if (owes && !isHeard) {
                        LOG.debug("lookup connection closed, it says nothing client={}", channel.remoteAddress());
                        channel.close();
                    } else {
                        isHeard = false;
                        watch();
                    }
                },
                door.config().patience().silenceMs());
    }

    private ScheduledFuture<?> later(Runnable task, long delayMs) {
        return channel.eventLoop().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    // What others may ask from any thread.

    /** What was received is answered within the turn: there is nothing to wait for. */
    @Override
    public void drain() {
        channel.eventLoop().execute(this::end);
    }

    @Override
    public void disconnect() {
        channel.close();
    }
}
