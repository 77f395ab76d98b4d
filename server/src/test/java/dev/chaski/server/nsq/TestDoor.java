package dev.chaski.server.nsq;

import dev.chaski.engine.Broker;
import dev.chaski.engine.BrokerConfig;
import dev.chaski.log.LogConfig;
import dev.chaski.server.clients.Clients;
import dev.chaski.server.loops.Loops;
import dev.chaski.server.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** A broker on a folder, with a door on a port that the system gave. */
final class TestDoor implements AutoCloseable {
    private static final int LOOP_COUNT = 2;

    private final Loops loops;
    private final Broker broker;
    private final Clients clients = new Clients();
    private final NsqDoor door;
    private final NsqDoorConfig config;

    private TestDoor(
            Path folder, Loops loops, UnaryOperator<BrokerConfig> brokerChange, UnaryOperator<NsqDoorConfig> change)
            throws Exception {
        this.loops = loops;
        broker = Broker.open(brokerChange.apply(BrokerConfig.of(LogConfig.of(folder))), loops.all());
        config = change.apply(NsqDoorConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        door = NsqDoor.open(config, broker, loops, clients);
    }

    static TestDoor open(Path folder) throws Exception {
        return open(folder, config -> config);
    }

    static TestDoor open(Path folder, UnaryOperator<NsqDoorConfig> change) throws Exception {
        return new TestDoor(folder, Loops.start(LOOP_COUNT), config -> config, change);
    }

    static TestDoor openWithBodyMemory(Path folder, long bytes) throws Exception {
        return new TestDoor(folder, Loops.start(LOOP_COUNT, bytes), config -> config, config -> config);
    }

    static TestDoor openOnNio(Path folder) throws Exception {
        return new TestDoor(folder, Loops.startNio(LOOP_COUNT), config -> config, config -> config);
    }

    static TestDoor openBroker(Path folder, UnaryOperator<BrokerConfig> change) throws Exception {
        return new TestDoor(folder, Loops.start(LOOP_COUNT), change, config -> config);
    }

    static UnaryOperator<NsqDoorConfig> features(UnaryOperator<NsqFeatures> change) {
        return config -> new NsqDoorConfig(
                config.address(),
                config.limits(),
                change.apply(config.features()),
                config.certificates(),
                config.auth());
    }

    static UnaryOperator<NsqDoorConfig> limits(NsqLimits limits) {
        return config ->
                new NsqDoorConfig(config.address(), limits, config.features(), config.certificates(), config.auth());
    }

    Broker broker() {
        return broker;
    }

    Clients clients() {
        return clients;
    }

    Certificates certificates() {
        return Objects.requireNonNull(config.certificates());
    }

    NsqDoor door() {
        return door;
    }

    TestClient connect() throws IOException {
        return new TestClient(door.address());
    }

    @Override
    public void close() {
        door.close();
        broker.close();
        loops.close();
    }
}
