package dev.chaski.server.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has ended its input is read to the end and sent everything, whatever its socket waited for meanwhile. */
@Timeout(30)
class HalfClosedTest {
    /** Less than a socket takes that nobody reads from, so that the end of input is seen behind it. */
    private static final int SENT_BYTES = 40_000;
    /** More than a socket takes that nobody reads from. */
    private static final int ANSWER_BYTES = 32 << 20;

    private Loops loops;

    @AfterEach
    void close() {
        loops.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readingMayBeTurnedOnAgainAfterTheInputEnded(boolean isEpoll) throws Exception {
        loops = isEpoll ? Loops.start(1) : Loops.startNio(1);
        Reader reader = new Reader();
        Channel acceptor = listen(reader, false);
        try (Socket client = connect(acceptor)) {
            await().until(() -> reader.channel != null);
            client.getOutputStream().write(new byte[SENT_BYTES]);
            client.shutdownOutput();
            if (isEpoll) {
                // Epoll tells of the end though reading is off, and lets go of a socket that waits for nothing.
                await().until(() -> reader.hasSeenTheEnd);
            }
            reader.channel.config().setAutoRead(true);
            await().until(() -> reader.hasSeenTheEnd && reader.bytes.get() == SENT_BYTES);
            reader.channel
                    .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {42}))
                    .addListener(ChannelFutureListener.CLOSE);
            assertThat(client.getInputStream().readAllBytes()).containsExactly(42);
            assertThat(reader.failures.get()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerThatTheSocketDoesNotTakeAtOnceIsSentInFull(boolean isEpoll) throws Exception {
        loops = isEpoll ? Loops.start(1) : Loops.startNio(1);
        Writer writer = new Writer();
        Channel acceptor = listen(writer, true);
        try (Socket client = connect(acceptor)) {
            client.shutdownOutput();
            await().until(() -> writer.hasWritten);
            assertThat(client.getInputStream().readAllBytes().length).isEqualTo(ANSWER_BYTES);
            assertThat(writer.failures.get()).isZero();
        }
    }

    private Channel listen(ChannelInboundHandlerAdapter handler, boolean isReading) {
        return new ServerBootstrap()
                .group(loops.group(), loops.group())
                .channel(loops.serverChannelType())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, isReading)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handler);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private static Socket connect(Channel acceptor) throws Exception {
        InetSocketAddress address = (InetSocketAddress) acceptor.localAddress();
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(10_000);
        return client;
    }

    /** Counts what it reads. */
    private static final class Reader extends ChannelInboundHandlerAdapter {
        private final AtomicInteger bytes = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean hasSeenTheEnd;
        private volatile Channel channel;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channel = context.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            bytes.addAndGet(((ByteBuf) message).readableBytes());
            ((ByteBuf) message).release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                hasSeenTheEnd = true;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.incrementAndGet();
        }
    }

    /** Answers the end of the input at length, some time later, and closes. */
    private static final class Writer extends ChannelInboundHandlerAdapter {
        /** Rounds of the loop after which epoll has forgotten a socket that waits for nothing. */
        private static final int ROUNDS = 5;

        private final AtomicInteger failures = new AtomicInteger();
        private volatile boolean hasWritten;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                later(context, ROUNDS);
            }
        }

        private void later(ChannelHandlerContext context, int rounds) {
            if (rounds > 0) {
                context.executor().schedule(() -> later(context, rounds - 1), 1, TimeUnit.MILLISECONDS);
                return;
            }
            context.writeAndFlush(context.alloc().buffer(ANSWER_BYTES).writeZero(ANSWER_BYTES))
                    .addListener(ChannelFutureListener.CLOSE);
            hasWritten = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.incrementAndGet();
        }
    }
}
