package dev.chaski.server.loops;

import dev.chaski.engine.Loop;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** One of Netty's event loops as the engine sees it. Any thread. */
final class NettyLoop implements Loop {
    private final EventLoop eventLoop;

    NettyLoop(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }
}
