package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** A connection that publishes, over whatever protocol. Any thread. */
public final class Publishing {
    private final Connection connection;
    private final Sender sender;
    private final Schedule schedule;

    private Publishing(Connection connection, Sender sender, Schedule schedule) {
        this.connection = connection;
        this.sender = sender;
        this.schedule = schedule;
    }

    /**
     * Over the NSQ protocol: greets, and then waits for {@link #begin}.
     *
     * @param loop its loop
     * @param channel connected
     * @param plan what to publish
     * @param ready counts connections that were greeted back
     * @param answers counts commands that were answered
     * @return a connection
     */
    public static Publishing nsq(NetLoop loop, SocketChannel channel, PublishPlan plan, Goal ready, Goal answers) {
        Sender sender = new Sender(plan, loop.tally(), answers);
        return new Publishing(new PublishConnection(loop, channel, sender, ready), sender, plan.schedule());
    }

    /**
     * By HTTP, on a connection that stays open and waits for {@link #begin}.
     *
     * @param loop its loop
     * @param channel connected
     * @param plan what to publish
     * @param answers counts requests that were answered
     * @return a connection
     */
    public static Publishing http(NetLoop loop, SocketChannel channel, PublishPlan plan, Goal answers) {
        Sender sender = new Sender(plan, loop.tally(), answers);
        return new Publishing(new HttpConnection(loop, channel, sender), sender, plan.schedule());
    }

    /** Begins to publish. */
    public void begin() {
        connection.loop.execute(() -> {
            sender.start(System.nanoTime());
            if (schedule.isPaced()) {
                connection.loop.addTicker(this::send, schedule.periodNs());
            }
            connection.attempt(() -> send(System.nanoTime()));
        });
    }

    private void send(long nowNs) throws IOException {
        sender.fill(nowNs);
        connection.flush();
    }

    /** Sends nothing new; answers to what was sent are still taken. */
    public void stop() {
        connection.loop.execute(sender::stop);
    }

    /**
     * Asks its loop.
     *
     * @return commands that wait for an answer
     */
    public long outstanding() {
        return connection.loop.call(sender::outstanding);
    }
}
