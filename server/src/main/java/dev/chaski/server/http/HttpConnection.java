package dev.chaski.server.http;

import dev.chaski.engine.BrokerException;
import dev.chaski.engine.Topic;
import dev.chaski.server.http.Endpoint.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP connection: takes requests in order and answers them in order. Confined to its loop.
 *
 * <p>Publishes may be unanswered while further ones are taken. Everything else waits until all before it is answered, runs
 * on a virtual thread, and lets nothing pass.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    /** Publishes that may be unanswered before no more are taken, and the bytes of their bodies. */
    private static final int UNANSWERED_COUNT_MAX = 1024;

    private static final int UNANSWERED_BYTES_MAX = 8 << 20;
    private static final int OUT_BYTES_INITIAL = 512;
    /** How long what a refused client still sends is read, so that it sees the answer and not a reset. */
    private static final long LINGER_MS = 500;

    private static final byte[] CONTINUE = {
        'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '1', '0', '0', ' ', 'C', 'o', 'n', 't', 'i', 'n', 'u', 'e', '\r',
        '\n', '\r', '\n'
    };

    private final HttpDoor door;
    private final HttpLoop home;
    private final SocketChannel channel;
    private final RequestDecoder decoder;
    private final RequestReader reader;
    private final Patience patience;
    private final ArrayDeque<HttpObject> held = new ArrayDeque<>();
    private final ArrayDeque<Exchange> unanswered = new ArrayDeque<>();
    private @Nullable Exchange spare;
    private @Nullable ByteBuf out;
    private int unansweredBytes;
    private boolean isBusy;
    private boolean isTaking;
    private boolean isFlushDue;
    private boolean ignoresInput;
    private boolean lingers;
    private boolean isInputOver;
    private boolean isEnding;

    HttpConnection(HttpDoor door, HttpLoop home, SocketChannel channel, RequestDecoder decoder) {
        this.door = door;
        this.home = home;
        this.channel = channel;
        this.decoder = decoder;
        reader = new RequestReader(this, door);
        patience = new Patience(door.limits().timeouts());
    }

    HttpLoop home() {
        return home;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    boolean hasUnanswered() {
        return !unanswered.isEmpty();
    }

    /** An exchange for a request that begins. */
    Exchange exchange(boolean isHttp10, boolean isHead, boolean closes) {
        Exchange exchange = spare == null ? new Exchange(this) : spare;
        spare = null;
        exchange.reset(isHttp10, isHead, closes);
        return exchange;
    }

    /** Gives an exchange its place among the answers. */
    void await(Exchange exchange) {
        unansweredBytes += exchange.bodyBytes();
        unanswered.add(exchange);
    }

    /** Nothing of what comes from now on is a request. */
    void ignoreInput() {
        ignoresInput = true;
    }

    /** Nothing of what comes from now on is a request, though the client may well be sending. */
    void abandonInput() {
        ignoresInput = true;
        lingers = true;
    }

    void sendContinue() {
        out().writeBytes(CONTINUE);
        flushSoon();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        patience.active();
        if (isEnding || ignoresInput || !(message instanceof HttpObject part)) {
            ReferenceCountUtil.release(message);
        } else if (held.isEmpty() && !isTaking && mayTake()) {
            isTaking = true;
            boolean isTaken = reader.take(part);
            isTaking = false;
            if (!isTaken) {
                held.add(part);
            }
        } else {
            held.add(part);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        updateReading();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        resume();
    }

    private boolean mayTake() {
        return !isBusy
                && unanswered.size() < UNANSWERED_COUNT_MAX
                && unansweredBytes < UNANSWERED_BYTES_MAX
                && channel.isWritable();
    }

    private void resume() {
        if (isTaking || isEnding) {
            return;
        }
        isTaking = true;
        HttpObject next = mayTake() ? held.poll() : null;
        while (next != null) {
            if (ignoresInput) {
                ReferenceCountUtil.release(next);
            } else if (!reader.take(next)) {
                held.addFirst(next);
                break;
            }
            next = mayTake() ? held.poll() : null;
        }
        isTaking = false;
        updateReading();
        endIfOver();
    }

    private void updateReading() {
        boolean wants = isEnding || held.isEmpty() && mayTake();
        // Where the client has ended its side there is nothing to read, and epoll no longer knows the socket.
        if (channel.config().isAutoRead() != wants && !channel.isInputShutdown()) {
            channel.config().setAutoRead(wants);
        }
    }

    /** Answers a request from a virtual thread; nothing of this connection passes it. */
    void runOffLoop(Exchange exchange, Endpoint.Handler handler, Request request) {
        isBusy = true;
        Thread.startVirtualThread(() -> {
            Answer answer = answer(handler, request);
            home.loop().execute(() -> {
                isBusy = false;
                if (channel.isActive()) {
                    exchange.complete(answer);
                } else {
                    answer.release();
                }
            });
        });
    }

    private static Answer answer(Endpoint.Handler handler, Request request) {
        try {
            return handler.answer(request);
        } catch (Refused e) {
            return e.answer();
        } catch (BrokerException e) {
            return TopicEndpoints.refusal(e);
        } catch (Exception e) {
            LOG.error("a request failed", e);
            return Answer.internalError();
        }
    }

    /** Makes a topic, which writes to the disk, on a virtual thread. */
    void createOffLoop(Exchange exchange, String name, Publishing.Created then) {
        isBusy = true;
        Thread.startVirtualThread(() -> {
            Topic made = null;
            Answer failure = null;
            try {
                made = door.broker().topic(name);
            } catch (BrokerException e) {
                failure = TopicEndpoints.refusal(e);
            } catch (RuntimeException e) {
                LOG.error("topic cannot be created topic={}", name, e);
                failure = Answer.internalError();
            }
            Topic topic = made;
            Answer refusal = failure;
            home.loop().execute(() -> created(exchange, topic, refusal, then));
        });
    }

    private void created(Exchange exchange, @Nullable Topic topic, @Nullable Answer refusal, Publishing.Created then) {
        isBusy = false;
        then.with(channel.isActive() ? topic : null);
        if (refusal != null && channel.isActive()) {
            exchange.complete(refusal);
        }
        resume();
    }

    /** Writes the answers that are ready and not behind one that is not. */
    void settle() {
        Exchange next = unanswered.peek();
        while (next != null && next.isDone() && !isEnding) {
            unanswered.poll();
            unansweredBytes -= next.bodyBytes();
            write(next);
            spare = next;
            next = unanswered.peek();
        }
        if (!held.isEmpty() || isInputOver || !channel.config().isAutoRead()) {
            resume();
        }
    }

    private void write(Exchange exchange) {
        if (exchange.isPlainOk() && !door.isDraining()) {
            out().writeBytes(home.ok());
            flushSoon();
            return;
        }
        if (door.isDraining() && unanswered.isEmpty() && held.isEmpty()) {
            exchange.close();
        }
        Answer answer = exchange.answer();
        answer.encode(out(), exchange.isHttp10(), exchange.connectionHeader(), home.date(), !exchange.isHead());
        if (exchange.isHead()) {
            answer.release();
        } else if (answer.pieces() != null) {
            writePieces(answer.pieces());
        }
        flushSoon();
        if (exchange.closes()) {
            end();
        }
    }

    private void writePieces(List<ByteBuf> pieces) {
        ByteBuf head = out;
        out = null;
        channel.write(head, channel.voidPromise());
        for (ByteBuf piece : pieces) {
            channel.write(piece, channel.voidPromise());
        }
    }

    private ByteBuf out() {
        ByteBuf open = out;
        if (open == null) {
            open = channel.alloc().directBuffer(OUT_BYTES_INITIAL);
            out = open;
        }
        return open;
    }

    private void flushSoon() {
        if (!isFlushDue) {
            isFlushDue = true;
            home.flushSoon(this);
        }
    }

    /** Sends what was written in this turn. */
    void flush() {
        isFlushDue = false;
        ByteBuf full = out;
        out = null;
        if (full != null) {
            channel.writeAndFlush(full, channel.voidPromise());
        } else {
            channel.flush();
        }
    }

    /** Ends the connection once everything written is sent. */
    private void end() {
        if (isEnding) {
            return;
        }
        isEnding = true;
        releaseInput();
        flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (lingers && channel.isActive()) {
                linger();
            } else {
                channel.close();
            }
        });
        updateReading();
    }

    private void linger() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound();
        }
        home.loop().schedule(channel::close, LINGER_MS);
    }

    private void endIfOver() {
        if (isInputOver && !isEnding && !isBusy && held.isEmpty() && unanswered.isEmpty()) {
            end();
        }
    }

    /** The door closes: a connection without a request ends at once, the others after their answers. */
    void drain() {
        home.loop().execute(() -> {
            if (unanswered.isEmpty() && !isBusy && !reader.isReading() && held.isEmpty()) {
                end();
            }
        });
    }

    /** Ends at once. Any thread. */
    void disconnect() {
        channel.close();
    }

    /** Once a second: closes a client that takes too long. */
    void watch() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long unsent = outbound == null ? 0 : outbound.totalPendingWriteBytes();
        boolean isWaitingForUs = isBusy || !unanswered.isEmpty();
        boolean isReceiving = !isWaitingForUs && (reader.isReading() || decoder.holdsPart());
        String reason = patience.runsOut(isWaitingForUs, isReceiving, reader.bodyBytes(), unsent);
        if (reason != null) {
            LOG.debug("connection closed, {} client={}", reason, channel.remoteAddress());
            channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ChannelInputShutdownReadComplete) {
            isInputOver = true;
            endIfOver();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        home.add(this);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isEnding = true;
        releaseInput();
        if (out != null) {
            out.release();
            out = null;
        }
        for (Exchange exchange : unanswered) {
            if (exchange.isDone()) {
                exchange.answer().release();
            }
        }
        unanswered.clear();
        home.remove(this);
        door.gone(this);
    }

    private void releaseInput() {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        reader.release();
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
}
