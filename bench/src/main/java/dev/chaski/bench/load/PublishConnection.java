package dev.chaski.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Publishes over the NSQ protocol. Confined to its loop, but for what {@link Publishing} says. */
public final class PublishConnection extends NsqConnection implements Publishing, NetLoop.Ticker {
    private final Schedule schedule;
    private final Sender sender;
    private final Goal ready;
    private final Goal answers;

    /**
     * A connection that greets, and then waits for {@link #begin}.
     *
     * @param loop its loop
     * @param channel connected
     * @param plan what to publish
     * @param ready counts connections that were greeted back
     * @param answers counts commands that were answered
     */
    public PublishConnection(NetLoop loop, SocketChannel channel, PublishPlan plan, Goal ready, Goal answers) {
        super(loop, channel, Hello.PUBLISHER.json());
        this.schedule = plan.schedule();
        this.sender = new Sender(plan, loop.tally());
        this.ready = ready;
        this.answers = answers;
        register();
    }

    @Override
    public void begin() {
        loop.execute(() -> {
            sender.start(System.nanoTime());
            if (schedule.isPaced()) {
                loop.addTicker(this, schedule.periodNs());
            }
            attempt(() -> tick(System.nanoTime()));
        });
    }

    @Override
    public void stop() {
        loop.execute(sender::stop);
    }

    @Override
    public long outstanding() {
        return loop.call(sender::outstanding);
    }

    @Override
    public void tick(long atNs) throws IOException {
        sender.fill(atNs);
        flush();
    }

    @Override
    String label() {
        return "publishing connection";
    }

    @Override
    void identified() {
        ready.add(1);
    }

    @Override
    void ok() throws IOException {
        sender.answered(nowNs);
        answers.add(1);
    }

    @Override
    void walked() throws IOException {
        sender.fill(nowNs);
        flush();
    }

    @Override
    boolean write() throws IOException {
        return super.write() && sender.write(channel);
    }

    @Override
    public void message(ByteBuffer buffer, int position, int frameBytes) throws IOException {
        throw new IOException("the server sent a message to a connection that did not subscribe");
    }
}
