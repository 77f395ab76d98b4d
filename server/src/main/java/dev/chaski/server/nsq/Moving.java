package dev.chaski.server.nsq;

import dev.chaski.engine.Loop;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * Takes a connection to another loop, and tasks to the loop where it is. Confined to the connection's loop, but for
 * {@link #onLoop}.
 */
final class Moving {
    /** How soon a task looks again whether the connection has arrived. */
    private static final long RETRY_MS = 1;

    private final Connection client;
    private final Channel channel;
    private final ReadGate gate;
    private DoorLoop home;
    private int moveCount;

    Moving(Connection client, DoorLoop home) {
        this.client = client;
        this.home = home;
        channel = client.channel();
        gate = client.gate();
    }

    /** What the door keeps for the loop where the connection is. */
    DoorLoop home() {
        return home;
    }

    /** Takes the connection to another loop, with nothing unsent, and goes on there. */
    void moveTo(Loop target, Runnable arrived) {
        gate.close(ReadGate.MOVE);
        moveCount++;
        int move = moveCount;
        client.output().flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (client.isClosing()) {
                return;
            }
            client.vigil().end();
            client.door().loops().move(channel, target, () -> {
                if (channel.isOpen()) {
                    arrive(target, arrived, move);
                }
            });
        });
    }

    private void arrive(Loop target, Runnable arrived, int move) {
        home = client.door().loop(target);
        client.vigil().restart();
        arrived.run();
        // It may have found that it has to go on: its channel was deleted meanwhile and made anew elsewhere.
        if (move == moveCount) {
            gate.open(ReadGate.MOVE);
            client.execute();
        }
    }

    /** Runs a task on the connection's loop, behind a move that is under way. Any thread. */
    void onLoop(Runnable task) {
        if (!channel.isRegistered() && channel.isOpen()) {
            later(task);
            return;
        }
        channel.eventLoop().execute(() -> {
            if (channel.eventLoop().inEventLoop() && !gate.isClosed(ReadGate.MOVE)) {
                task.run();
            } else if (channel.isOpen()) {
                later(task);
            }
        });
    }

    private void later(Runnable task) {
        channel.eventLoop().schedule(() -> onLoop(task), RETRY_MS, TimeUnit.MILLISECONDS);
    }
}
