package dev.chaski.server.loops;

import dev.chaski.engine.Loop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops that all doors and the engine share: epoll where the system has it, else NIO. Any thread, but for
 * {@link #move}.
 */
public final class Loops implements AutoCloseable {
    /** Bytes of an allocator's page. */
    private static final int PAGE_BYTES = 8192;
    /** A chunk is a page shifted by this: 1 MiB, so that few connections hold little. */
    private static final int CHUNK_ORDER = 7;
    /** Freed buffers of one size that a loop keeps at hand. */
    private static final int CACHED_SMALL_COUNT = 64;

    private static final int CACHED_NORMAL_COUNT = 16;
    /** One such part of direct memory is for bodies that are half received; the rest for reading and answering. */
    private static final int BODY_SHARE = 2;
    /** How long tasks that were already handed over may take when the loops close. */
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final EventLoopGroup group;
    private final boolean isEpoll;
    private final ByteBufAllocator allocator;
    private final IdentityHashMap<EventLoop, NettyLoop> byEventLoop = new IdentityHashMap<>();
    private final List<Loop> all;
    private final BodyMemory bodyMemory;
    private final AtomicInteger connectionCount = new AtomicInteger();

    private Loops(int count, boolean isEpoll, long bodyBytesMax) {
        this.isEpoll = isEpoll;
        bodyMemory = new BodyMemory(bodyBytesMax);
        IoHandlerFactory io = isEpoll ? LastingEpoll.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("chaski-loop"), io);
        allocator = new PooledByteBufAllocator(
                true, 1, count, PAGE_BYTES, CHUNK_ORDER, CACHED_SMALL_COUNT, CACHED_NORMAL_COUNT, false);
        List<Loop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            NettyLoop loop = new NettyLoop((EventLoop) executor);
            byEventLoop.put(loop.eventLoop(), loop);
            loops.add(loop);
        }
        all = List.copyOf(loops);
    }

    /**
     * Starts the loops.
     *
     * @param count how many threads, 1 or more
     * @return the loops
     */
    public static Loops start(int count) {
        return start(count, PlatformDependent.maxDirectMemory() / BODY_SHARE);
    }

    /**
     * Starts the loops.
     *
     * @param count how many threads, 1 or more
     * @param bodyBytesMax memory for bodies that are half received, over all connections
     * @return the loops
     */
    public static Loops start(int count, long bodyBytesMax) {
        return new Loops(count, Epoll.isAvailable(), bodyBytesMax);
    }

    /**
     * Starts loops that do without epoll, as on systems that have none.
     *
     * @param count how many threads, 1 or more
     * @return the loops
     */
    public static Loops startNio(int count) {
        return new Loops(count, false, PlatformDependent.maxDirectMemory() / BODY_SHARE);
    }

    /**
     * Loads what loops and doors are made of, which takes long the first time in a JVM: makes a socket that is bound to
     * nothing, and closes it. Any thread.
     */
    public static void load() {
        Channel socket = Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        socket.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                throw new IllegalStateException("never registered");
            }
        });
        socket.unsafe().closeForcibly();
    }

    /**
     * The loops, to open a broker with.
     *
     * @return one per thread
     */
    public List<Loop> all() {
        return all;
    }

    /**
     * The group, to bind doors to.
     *
     * @return Netty's group
     */
    public EventLoopGroup group() {
        return group;
    }

    /**
     * The type of listening sockets that fits the group.
     *
     * @return a channel type
     */
    public Class<? extends ServerSocketChannel> serverChannelType() {
        return isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /**
     * The allocator of every connection.
     *
     * @return a pooled allocator with small chunks
     */
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /**
     * Memory for bodies that are half received, over all doors.
     *
     * @return half of what the JVM may take outside its heap
     */
    public BodyMemory bodyMemory() {
        return bodyMemory;
    }

    /**
     * Connections on these loops, over all doors.
     *
     * @return 0 or more
     */
    public int connections() {
        return connectionCount.get();
    }

    /** Connections on these loops, over all doors. */
    AtomicInteger connectionCount() {
        return connectionCount;
    }

    /**
     * The engine's view of an event loop.
     *
     * @param eventLoop one of {@link #group}
     * @return the loop
     */
    public Loop of(EventLoop eventLoop) {
        NettyLoop loop = byEventLoop.get(eventLoop);
        if (loop == null) {
            throw new IllegalArgumentException("not an event loop of this group: " + eventLoop);
        }
        return loop;
    }

    /**
     * Moves a connection to another loop. On the connection's present loop, when nothing written is unsent. It reads
     * nothing from now on; the task has to turn reading on again. What was received before stays with the handlers.
     * Where the move fails the connection is closed and the task does not run.
     *
     * @param channel the connection
     * @param target where to
     * @param moved run on the target loop
     */
    public void move(Channel channel, Loop target, Runnable moved) {
        channel.config().setAutoRead(false);
        EventLoop next = ((NettyLoop) target).eventLoop();
        channel.deregister().addListener(left -> {
            if (left.isSuccess() && channel.isOpen()) {
                next.register(channel).addListener(arrived -> {
                    if (arrived.isSuccess()) {
                        next.execute(moved);
                    } else {
                        channel.close();
                    }
                });
            } else {
                channel.close();
            }
        });
    }

    /** Ends the threads when what was handed to them is done. Blocks; not on a loop. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_TIMEOUT_MS);
    }
}
