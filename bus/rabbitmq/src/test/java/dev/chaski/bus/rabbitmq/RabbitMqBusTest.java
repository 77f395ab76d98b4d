package dev.chaski.bus.rabbitmq;

import dev.chaski.bus.Capability;
import dev.chaski.bus.contract.BusContract;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against Debian's RabbitMQ. */
class RabbitMqBusTest extends BusContract {
    @RegisterExtension
    static final RabbitMqServer.Shared SHARED = new RabbitMqServer.Shared();

    @Override
    protected void restartServer() throws IOException {
        SHARED.server().kill();
        SHARED.server().start();
    }

    @Override
    protected Set<Capability> expected() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    protected String uri() {
        return SHARED.server().uri();
    }
}
