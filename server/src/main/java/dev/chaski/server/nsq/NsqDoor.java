package dev.chaski.server.nsq;

import dev.chaski.engine.Broker;
import dev.chaski.engine.Loop;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Acceptor;
import dev.chaski.server.loops.Loops;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;

/** The NSQ TCP door: what its connections share. Any thread. */
public final class NsqDoor implements AutoCloseable {
    private static final int READ_BYTES_MAX = 128 << 10;
    private static final long MS_PER_SECOND = 1000;

    private final NsqDoorConfig config;
    private final Broker broker;
    private final Loops loops;
    private final Clients clients;
    private final IdentityHashMap<Loop, DoorLoop> doorLoops = new IdentityHashMap<>();
    private final Acceptor<Connection> acceptor;

    private NsqDoor(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) {
        this.config = config;
        this.broker = broker;
        this.loops = loops;
        this.clients = clients;
        Deletions deletions = new Deletions();
        broker.listen(deletions);
        for (Loop loop : loops.all()) {
            CompletableFuture<DoorLoop> made = CompletableFuture.supplyAsync(() -> doorLoop(loop, deletions), loop);
            doorLoops.put(loop, made.join());
        }
        Acceptor.Terms terms =
                new Acceptor.Terms("NSQ", config.address(), config.limits().connectionCountMax(), READ_BYTES_MAX);
        acceptor = new Acceptor<>(loops, terms, this::connection);
    }

    /**
     * Starts to listen.
     *
     * @param config where, and what is offered
     * @param broker where messages go to and come from
     * @param loops those that the broker was opened with
     * @param clients told who is connected
     * @return the door
     * @throws IOException where it cannot listen
     */
    public static NsqDoor open(NsqDoorConfig config, Broker broker, Loops loops, Clients clients) throws IOException {
        NsqDoor door = new NsqDoor(config, broker, loops, clients);
        door.acceptor.listen();
        return door;
    }

    private DoorLoop doorLoop(Loop loop, Deletions deletions) {
        Topics topics = new Topics(broker, deletions);
        return new DoorLoop(loop, broker.publisher(loop), topics, new Clockwork(loop, System::nanoTime));
    }

    private Connection connection(SocketChannel channel) {
        return new Connection(this, channel, loop(loops.of(channel.eventLoop())));
    }

    /**
     * Where it listens.
     *
     * @return the address, with the port that the system chose where 0 was asked for
     */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /**
     * How many are connected.
     *
     * @return 0 or more
     */
    public int connectionCount() {
        return acceptor.connectionCount();
    }

    /** Accepts nobody any more; those who are connected stay. Blocks; not on a loop. */
    public void closeAcceptor() {
        acceptor.stop();
    }

    /**
     * Answers what was received, sends what is unsent and closes every connection.
     *
     * @return completed when nobody is connected
     */
    public CompletableFuture<Void> drain() {
        return acceptor.drain();
    }

    /** Accepts nobody any more and closes every connection at once. Blocks; not on a loop. */
    @Override
    public void close() {
        acceptor.close();
    }

    NsqDoorConfig config() {
        return config;
    }

    Broker broker() {
        return broker;
    }

    Loops loops() {
        return loops;
    }

    Clients clients() {
        return clients;
    }

    DoorLoop loop(Loop loop) {
        DoorLoop found = doorLoops.get(loop);
        if (found == null) {
            throw new IllegalArgumentException("not a loop that the door was opened with");
        }
        return found;
    }

    long nowSeconds() {
        return System.currentTimeMillis() / MS_PER_SECOND;
    }

    void gone(Connection connection) {
        clients.remove(connection);
        acceptor.gone(connection);
    }
}
