package dev.chaski.server.loops;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front end of a protocol: its listening socket and who came in by it. What is done with them is the protocol's. Any
 * thread.
 *
 * @param <C> the door's connections
 */
public abstract class Door<C extends Door.Connected> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    /** Connections that the system keeps until they are accepted. */
    private static final int BACKLOG_COUNT = 4096;
    /** Bounds of what one read asks for; it adapts to what comes. */
    private static final int READ_BYTES_MIN = 512;

    private static final int READ_BYTES_INITIAL = 2048;
    /** Unsent bytes of a connection above which it is not writable, and below which it is again. */
    private static final int UNSENT_BYTES_HIGH = 256 << 10;

    private static final int UNSENT_BYTES_LOW = 64 << 10;

    private final Loops loops;
    private final Terms terms;
    private final Set<C> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    /** Refused connections are told to the operator when their count reaches a power of two. */
    private final AtomicLong refusedCount = new AtomicLong();

    private volatile @Nullable Channel listening;
    private volatile boolean isDraining;

    /**
     * What a door lets in.
     *
     * @param name the door's name, as people are told it
     * @param address where it listens
     * @param connectionCountMax over all doors of its loops; further ones are refused
     * @param readBytesMax the most bytes that one read asks for
     */
    public record Terms(String name, InetSocketAddress address, int connectionCountMax, int readBytesMax) {}

    /** Somebody who came in. */
    public interface Connected {
        /** Takes its place in the channel's pipeline; it is among the connections already. On its loop. */
        void open();

        /** Answers what was received, sends what is unsent and closes. Any thread. */
        void drain();

        /** Closes at once. Any thread. */
        void disconnect();
    }

    /**
     * Does not listen yet.
     *
     * @param loops where connections live
     * @param terms what is let in
     */
    protected Door(Loops loops, Terms terms) {
        this.loops = loops;
        this.terms = terms;
    }

    /**
     * Makes the connection of a socket. On the socket's loop.
     *
     * @param channel the socket
     * @return a connection, not yet open
     */
    protected abstract C connection(SocketChannel channel);

    /**
     * Starts to listen. Once.
     *
     * @throws IOException where it cannot
     */
    protected final void listen() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group(), loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG_COUNT)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, loops.allocator())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_INITIAL, terms.readBytesMax()))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(UNSENT_BYTES_LOW, UNSENT_BYTES_HIGH))
                .childHandler(new Welcome());
        ChannelFuture bound = bootstrap.bind(terms.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "the " + terms.name() + " door cannot listen on " + terms.address() + ": " + bound.cause(),
                    bound.cause());
        }
        listening = bound.channel();
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port that the system chose where 0 was asked for
     */
    public final InetSocketAddress address() {
        return (InetSocketAddress)
                Objects.requireNonNull(listening, "not listening").localAddress();
    }

    /**
     * How many are connected.
     *
     * @return 0 or more
     */
    public final int connectionCount() {
        return connections.size();
    }

    /** Accepts nobody any more; those who are connected stay. Blocks; not on a loop. */
    public final void closeAcceptor() {
        Channel channel = listening;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    /**
     * Answers what was received, sends what is unsent and closes every connection.
     *
     * @return completed when nobody is connected
     */
    public final CompletableFuture<Void> drain() {
        isDraining = true;
        connections.forEach(Connected::drain);
        completeWhenEmpty();
        return empty;
    }

    /**
     * Whether connections are being drained.
     *
     * @return true from {@link #drain} on
     */
    public final boolean isDraining() {
        return isDraining;
    }

    /**
     * Told by a connection that is closed.
     *
     * @param connection the one
     */
    public void gone(C connection) {
        if (connections.remove(connection)) {
            loops.connectionCount().decrementAndGet();
        }
        completeWhenEmpty();
    }

    private void completeWhenEmpty() {
        if (isDraining && connections.isEmpty()) {
            empty.complete(null);
        }
    }

    /** Accepts nobody any more and closes every connection at once. Blocks; not on a loop. */
    @Override
    public final void close() {
        closeAcceptor();
        connections.forEach(Connected::disconnect);
    }

    private void refuse(SocketChannel channel) {
        long count = refusedCount.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn(
                    "connection refused, there are too many door={} client={} connections={} refused_so_far={}",
                    terms.name(),
                    channel.remoteAddress(),
                    loops.connectionCount().get(),
                    count);
        }
        channel.close();
    }

    /** Makes a connection of each new socket. */
    private final class Welcome extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            if (isDraining) {
                channel.close();
                return;
            }
            if (loops.connectionCount().get() >= terms.connectionCountMax()) {
                refuse(channel);
                return;
            }
            C connection = connection(channel);
            connections.add(connection);
            loops.connectionCount().incrementAndGet();
            connection.open();
            if (isDraining) {
                connection.drain(); // it came after the others were told
            }
        }
    }
}
